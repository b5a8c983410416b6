using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using BenchFleet.Cluster;
using BenchFleet.Core.Access;
using BenchFleet.Scheduling.Engine;
using BenchFleet.Server.Access;
using BenchFleet.Storage;
using BenchFleet.Storage.Artifacts.S3;
using BenchFleet.Storage.Retention;

namespace BenchFleet.Server;

/// <summary>How a server runs. Everything but the data folder has a default.</summary>
/// <param name="DataFolder">Where the artefact store and, by default, the database live; made when it is not there.</param>
public sealed record ServerOptions(string DataFolder)
{
    public static ImmutableArray<string> DefaultUrls { get; } = ["http://127.0.0.1:0"];

    /// <summary>Connection string of a PostgreSQL database. Default: none, SQLite in the data folder.</summary>
    public string? PostgreSql { get; init; }

    /// <summary>Addresses to listen on; port 0 takes a free one. Default: loopback, free port.</summary>
    public ImmutableArray<string> Urls { get; init; } = DefaultUrls;

    /// <summary>
    /// Bearer token of the first admin, who makes everybody else's keys; with it, every request but health has to carry a key. Default:
    /// none, which only loopback allows: who comes without a key is this machine's user then, an admin of the default project.
    /// </summary>
    public string? Token { get; init; }

    /// <summary>PEM file of the certificate for https addresses, with the chain behind it. Default: none.</summary>
    public string? Certificate { get; init; }

    /// <summary>PEM file of the certificate's private key. Default: the certificate's own file.</summary>
    public string? CertificateKey { get; init; }

    /// <summary>Largest artefact, bytes. Default 64 GiB.</summary>
    public long MaxArtifactBytes { get; init; } = 64L << 30;

    /// <summary>Largest piece of an upload, bytes. Default 64 MiB.</summary>
    public long MaxPieceBytes { get; init; } = 64L << 20;

    /// <summary>Largest JSON request, bytes: a block's raw times are the largest. Default 64 MiB.</summary>
    public long MaxJsonBytes { get; init; } = 64L << 20;

    /// <summary>
    /// Where artefacts are kept instead of in the data folder, s3://bucket/prefix: needed where several servers do not share a folder.
    /// Default: none.
    /// </summary>
    public string? Artifacts { get; init; }

    /// <summary>Address of an S3-compatible store. Default: none, Amazon's.</summary>
    public Uri? S3Endpoint { get; init; }

    /// <summary>How long ended sweeps are kept with their measurements. Default: for ever, as for what follows.</summary>
    public TimeSpan? KeepSweeps { get; init; }

    /// <summary>How long the single times of ended sweeps are kept; figures are kept as long as their sweep.</summary>
    public TimeSpan? KeepSamples { get; init; }

    public TimeSpan? KeepAudit { get; init; }

    /// <summary>How long artefacts are kept that nothing refers to, at least an hour.</summary>
    public TimeSpan? KeepArtifacts { get; init; }

    public RateLimits RateLimits { get; init; } = RateLimits.Default;

    public EngineOptions Engine { get; init; } = EngineOptions.Default;

    /// <summary>How the server takes part in a cluster. Default: none, it is the only one on its database.</summary>
    public ClusterSettings? Cluster { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Where log lines go as well. Default: nowhere.</summary>
    public ILoggerProvider? LogProvider { get; init; }

    /// <summary>Least level written to standard error. Default warning.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Warning;

    internal RetentionPolicy Retention => new(KeepSweeps, KeepSamples, KeepAudit, KeepArtifacts);

    internal S3Options? Bucket => Artifacts is { } place ? S3Options.Parse(place, S3Endpoint) : null;

    public StorageOptions Database => PostgreSql is { } connection
        ? new StorageOptions(DatabaseProvider.Postgres, connection)
        : new StorageOptions(DatabaseProvider.Sqlite, $"Data Source={Path.Combine(Path.GetFullPath(DataFolder), "benchfleet.db")}");

    /// <summary>Why a server must not run like this, or null.</summary>
    public string? Refuse()
    {
        if (DataFolder.Length == 0) return "A data folder is needed.";
        if (Urls.IsDefaultOrEmpty) return "At least one address to listen on is needed, such as http://127.0.0.1:5210.";
        if (Retention.Refuse() is { } senseless) return senseless;
        if (Artifacts is not null && Bucket is null) return $"'{Artifacts}' is no place for artefacts: s3://bucket or s3://bucket/prefix is expected.";
        if (Token is { Length: < 16 }) return "The token is shorter than 16 characters.";
        if (Cluster is not null && (PostgreSql is null ? "A cluster needs a PostgreSQL database that its nodes share (--database)."
            : ClusterEngine.NotBuilt ?? Cluster.Refuse()) is { } reason) return reason;
        if (Token is not null && Credential.Parse(Token) is not null) return "The token has the form of a key: make one up instead, of 16 characters or more.";
        foreach (var url in Urls)
        {
            if (!Uri.TryCreate(Replaced(url), UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
                return $"'{url}' is not an address to listen on: http://host:port or https://host:port is expected.";
            if (uri.Scheme == Uri.UriSchemeHttps && Certificate is null)
                return $"'{url}' needs a certificate: name its PEM file, and its key's.";
            if (Token is null && !IsLoopback(uri))
                return $"'{url}' can be reached from other machines: set a token, or listen on 127.0.0.1.";
        }

        return null;
    }

    /// <summary>The certificate with its key.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The files are no certificate and key.</exception>
    internal X509Certificate2? LoadCertificate() => Certificate is null ? null : X509Certificate2.CreateFromPemFile(Certificate, CertificateKey);

    public bool LoopbackOnly => Urls.All(url => Uri.TryCreate(Replaced(url), UriKind.Absolute, out var uri) && IsLoopback(uri));

    // Kestrel's wildcards are no host names, so they are looked at as the address that they stand for.
    private static string Replaced(string url) =>
        url.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal);

    private static bool IsLoopback(Uri uri) =>
        uri.Host == "localhost" || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
