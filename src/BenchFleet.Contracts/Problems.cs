namespace BenchFleet.Contracts;

/// <summary>Stable URNs of problem details (RFC 9457): a program decides by them, a person reads the detail.</summary>
public static class Problems
{
    private const string Prefix = "urn:benchfleet:problem:";

    public const string Invalid = Prefix + "invalid";
    public const string NotFound = Prefix + "not-found";
    public const string Conflict = Prefix + "conflict";
    public const string TooLarge = Prefix + "too-large";
    public const string CorruptArtifact = Prefix + "corrupt-artifact";
    public const string DiskFull = Prefix + "disk-full";
    public const string Superseded = Prefix + "superseded";
    public const string UnknownSession = Prefix + "unknown-session";
    public const string Unauthorized = Prefix + "unauthorized";

    /// <summary>The key is good, and not for this.</summary>
    public const string Forbidden = Prefix + "forbidden";
    public const string TooManyRequests = Prefix + "too-many-requests";
    public const string Unavailable = Prefix + "unavailable";

    /// <summary>A fault of the server; its log has the trace id.</summary>
    public const string Internal = Prefix + "internal";
}
