namespace BenchFleet.Storage.Artifacts.S3;

/// <summary>
/// A place in an S3-compatible store. Who may use it is found as the AWS tools find it: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the
/// environment, a profile, or the machine's own role.
/// </summary>
/// <param name="Bucket">Has to be there.</param>
/// <param name="Prefix">What every key begins with. Default: nothing.</param>
/// <param name="Endpoint">Address of a store other than Amazon's. Default: none.</param>
public sealed record S3Options(string Bucket, string Prefix = "", Uri? Endpoint = null)
{
    /// <summary>Region that requests are signed for. Default: us-east-1, which other stores than Amazon's expect as well.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>s3://bucket or s3://bucket/prefix; null for anything else.</summary>
    public static S3Options? Parse(string text, Uri? endpoint = null)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme != "s3" || uri.Host.Length == 0) return null;
        var prefix = uri.AbsolutePath.Trim('/');
        return new S3Options(uri.Host, prefix.Length == 0 ? "" : prefix + "/", endpoint);
    }
}
