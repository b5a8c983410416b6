using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using BenchFleet.Contracts.Client;
using BenchFleet.Server.Tests.Fleet;
using BenchFleet.TestSupport;

namespace BenchFleet.Server.Tests.Access;

/// <summary>TLS with a self-made certificate, as docs/security.md has it.</summary>
public sealed class TlsTests : IDisposable
{
    private static readonly ResilienceSettings Once = ResilienceSettings.Default with { Retries = 1, FirstDelay = TimeSpan.FromMilliseconds(1) };

    private readonly TempFolder _folder = new();
    private readonly string _certificate;
    private readonly string _key;

    public TlsTests() => (_certificate, _key) = Make("server");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Who_trusts_the_certificate_talks_to_the_server_and_who_does_not_refuses_it()
    {
        await using var running = await Start();
        var (other, _) = Make("other");

        using var trusting = BenchFleetClient.Create([running.Address], settings: Once, trust: Trust.Authorities(_certificate));
        using var pinning = BenchFleetClient.Create([running.Address], settings: Once, trust: Trust.Exactly(_certificate));
        using var doubting = BenchFleetClient.Create([running.Address], settings: Once);
        using var mistaken = BenchFleetClient.Create([running.Address], settings: Once, trust: Trust.Authorities(other));

        Assert.Equal("https", running.Address.Scheme);
        Assert.Empty(Answer.Ok(await trusting.ListModels(default)));
        Assert.Empty(Answer.Ok(await pinning.ListModels(default)));
        Assert.IsType<ApiResult<System.Collections.Immutable.ImmutableArray<Contracts.Library.ModelView>>.Unreachable>(await doubting.ListModels(default));
        Assert.IsType<ApiResult<System.Collections.Immutable.ImmutableArray<Contracts.Library.ModelView>>.Unreachable>(await mistaken.ListModels(default));
    }

    [Fact]
    public async Task A_server_by_another_name_than_its_certificates_is_refused()
    {
        var (elsewhere, key) = Make("elsewhere", host: "lab.example");
        await using var running = await Start(elsewhere, key);

        using var client = BenchFleetClient.Create([running.Address], settings: Once, trust: Trust.Authorities(elsewhere));

        Assert.IsType<ApiResult<System.Collections.Immutable.ImmutableArray<Contracts.Library.ModelView>>.Unreachable>(await client.ListModels(default));
    }

    [Fact]
    public async Task An_https_address_without_a_certificate_and_a_file_that_is_none_are_one_sentence()
    {
        var without = await ServerStart.Run(new ServerOptions("unused") { Urls = ["https://127.0.0.1:0"] }, default);
        var text = _folder.Write("text.pem", "no certificate");
        var none = await ServerStart.Run(new ServerOptions(_folder["data"]) { Urls = ["https://127.0.0.1:0"], Certificate = text }, default);

        Assert.Contains("needs a certificate", Assert.IsType<ServerStart.Refused>(without).Reason, StringComparison.Ordinal);
        Assert.StartsWith("The certificate", Assert.IsType<ServerStart.Refused>(none).Reason, StringComparison.Ordinal);
    }

    private Task<RunningServer> Start() => Start(_certificate, _key);

    private async Task<RunningServer> Start(string certificate, string key)
    {
        var options = new ServerOptions(_folder[Guid.NewGuid().ToString("N")]) { Urls = ["https://127.0.0.1:0"], Certificate = certificate, CertificateKey = key };
        return Assert.IsType<ServerStart.Started>(await ServerStart.Run(options, default)).Server;
    }

    private (string Certificate, string Key) Make(string name, string? host = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (host is null) names.AddIpAddress(IPAddress.Loopback);
        else names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return (_folder.Write($"{name}.pem", certificate.ExportCertificatePem()), _folder.Write($"{name}.key", key.ExportPkcs8PrivateKeyPem()));
    }
}
