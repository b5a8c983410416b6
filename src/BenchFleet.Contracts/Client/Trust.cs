using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace BenchFleet.Contracts.Client;

/// <summary>Which servers a client believes over TLS, besides what the operating system trusts.</summary>
public sealed class Trust
{
    private readonly X509Certificate2Collection _roots;
    private readonly bool _exactly;

    private Trust(X509Certificate2Collection roots, bool exactly) => (_roots, _exactly) = (roots, exactly);

    /// <summary>Certificates of authorities in a PEM file; a self-made server certificate is its own authority.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The file has no certificate.</exception>
    public static Trust Authorities(string pemFile)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(pemFile);
        return roots.Count > 0 ? new Trust(roots, exactly: false)
            : throw new System.Security.Cryptography.CryptographicException($"'{pemFile}' has no certificate.");
    }

    /// <summary>This very certificate, by whatever name it is called: for who started the server itself.</summary>
    public static Trust Exactly(string pemFile) => new([X509CertificateLoader.LoadCertificateFromFile(pemFile)], exactly: true);

    internal SslClientAuthenticationOptions Options() => new() { RemoteCertificateValidationCallback = Accepts };

    private bool Accepts(object sender, X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None) return true;
        if (certificate is not X509Certificate2 shown) return false;
        if (_exactly) return _roots.Any(known => known.RawData.AsSpan().SequenceEqual(shown.RawData));
        if ((errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None) return false;

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_roots);
        // Self-made authorities publish no lists of what they revoked.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var element in presented?.ChainElements.Skip(1) ?? []) chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        return chain.Build(shown);
    }
}
