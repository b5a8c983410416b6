using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace BenchFleet.Storage.Artifacts.S3;

/// <summary>The few requests that are made of a bucket; what is not there is an answer.</summary>
internal sealed class S3Bucket : IDisposable
{
    private readonly string _name;

    public S3Bucket(S3Options options)
    {
        _name = options.Bucket;
        var config = new AmazonS3Config
        {
            AuthenticationRegion = options.Region,
            // Not every store knows the checksums that Amazon's clients send by default; ours are checked against the hash anyway.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.Endpoint is { } endpoint) (config.ServiceURL, config.ForcePathStyle) = (endpoint.ToString(), true);
        else config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.Region);
        Client = new AmazonS3Client(config);
    }

    public IAmazonS3 Client { get; }

    public void Dispose() => Client.Dispose();

    public async Task<(long SizeBytes, DateTimeOffset At)?> Find(string key, CancellationToken cancel)
    {
        try
        {
            var found = await Client.GetObjectMetadataAsync(_name, key, cancel);
            return (found.ContentLength, At(found.LastModified));
        }
        catch (AmazonS3Exception missing) when (missing.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public async IAsyncEnumerable<(string Key, long SizeBytes, DateTimeOffset At)> List(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        var request = new ListObjectsV2Request { BucketName = _name, Prefix = prefix };
        while (true)
        {
            var page = await Client.ListObjectsV2Async(request, cancel);
            foreach (var found in page.S3Objects ?? []) yield return (found.Key, found.Size ?? 0, At(found.LastModified));
            if (page.IsTruncated != true) yield break;
            request.ContinuationToken = page.NextContinuationToken;
        }
    }

    public S3Stream Open(string key, long length) => new(Client, _name, key, length);

    public Task Put(string key, Stream content, CancellationToken cancel) => Client.PutObjectAsync(
        new PutObjectRequest { BucketName = _name, Key = key, InputStream = content, AutoCloseStream = false, UseChunkEncoding = false }, cancel);

    public Task Delete(string key, CancellationToken cancel) => Client.DeleteObjectAsync(_name, key, cancel);

    public Task Copy(string from, string to, CancellationToken cancel) => Client.CopyObjectAsync(_name, from, _name, to, cancel);

    /// <summary>An object made from parts; nobody sees it before <see cref="S3Parts.Complete"/>.</summary>
    public async Task<S3Parts> Begin(string key, CancellationToken cancel) =>
        new(Client, _name, key, (await Client.InitiateMultipartUploadAsync(_name, key, cancel)).UploadId);

    private static DateTimeOffset At(DateTime? time) => new((time ?? DateTime.UnixEpoch).ToUniversalTime());
}

internal sealed class S3Parts(IAmazonS3 client, string bucket, string key, string upload)
{
    private readonly List<PartETag> _parts = [];

    public async Task Add(Stream content, CancellationToken cancel)
    {
        var number = _parts.Count + 1;
        var answer = await client.UploadPartAsync(
            new UploadPartRequest { BucketName = bucket, Key = key, UploadId = upload, PartNumber = number, InputStream = content, PartSize = content.Length, UseChunkEncoding = false }, cancel);
        _parts.Add(new PartETag(number, answer.ETag));
    }

    public Task Complete(CancellationToken cancel) =>
        client.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = upload, PartETags = _parts }, cancel);

    public Task Abort(CancellationToken cancel) => client.AbortMultipartUploadAsync(bucket, key, upload, cancel);
}
