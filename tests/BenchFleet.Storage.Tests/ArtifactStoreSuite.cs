using BenchFleet.Core.Hashing;
using BenchFleet.Storage.Artifacts;
using BenchFleet.Storage.Artifacts.S3;
using BenchFleet.Storage.Tests.Databases;
using BenchFleet.TestSupport;
using BenchFleet.TestSupport.S3;

namespace BenchFleet.Storage.Tests;

public sealed class ArtifactStoreInFolder : ArtifactStoreSuite, IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override IArtifactStore NewStore(TimeProvider clock) => new FolderArtifactStore(new ArtifactStoreOptions(_folder.Path, MaxBytes), clock);

    [Fact]
    public async Task Two_writers_of_one_artefact_never_mix_their_bytes()
    {
        var slow = new HeldStream(Content);
        var first = Store.Append(Hash, 0, Content.Length, slow, long.MaxValue, None);
        await slow.Reached;

        var second = await NewStore(TimeProvider.System).Append(Hash, 0, Content.Length, new MemoryStream(Content), long.MaxValue, None);
        slow.Release();

        Assert.IsType<AppendResult.Busy>(second);
        Assert.IsType<AppendResult.Completed>(await first);
        Assert.Equal(Content, await Read(verify: true));
    }

    [Fact]
    public async Task Damage_on_the_disk_is_found_by_verification_and_set_aside()
    {
        await Append(0, Content.Length);
        var path = Directory.GetFiles(_folder["objects"], "*", SearchOption.AllDirectories).Single();
        await File.WriteAllBytesAsync(path, [1, 2, 3]);

        var opened = await Store.Open(Hash, verify: true, None);

        Assert.Equal(new OpenResult.Corrupt(ContentHash.Of([1, 2, 3])), opened);
        Assert.False((await Status()).Complete);
    }

    [Fact]
    public async Task A_full_disk_is_an_outcome()
    {
        // Linux has a file that is always full: every write to it fails with ENOSPC.
        if (!OperatingSystem.IsLinux()) return;
        _ = Store;
        File.CreateSymbolicLink(Path.Combine(_folder["partial"], Hash.Hex), "/dev/full");

        var result = await Append(0, 1_000);

        Assert.Equal(new AppendResult.DiskFull(0), result);
    }

    [Fact]
    public async Task Nothing_partial_is_left_of_a_finished_upload()
    {
        await Append(0, Content.Length);

        Assert.Empty(Directory.GetFiles(_folder["partial"]));
    }

    /// <summary>Stops before its first byte until it is released.</summary>
    private sealed class HeldStream(byte[] content) : MemoryStream(content)
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

#pragma warning disable VSTHRD003 // completed here, or by the test
        public Task Reached => _reached.Task;

        public void Release() => _released.SetResult();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _reached.TrySetResult();
            await _released.Task;
            return await base.ReadAsync(buffer, cancellationToken);
        }
#pragma warning restore VSTHRD003
    }
}

/// <summary>On a process that speaks the real protocol.</summary>
public sealed class ArtifactStoreOnS3 : ArtifactStoreSuite
{
    private readonly S3Options _options = new(S3Server.SkipReason is null ? S3Server.Shared.CreateBucket() : "none", "fleet/", S3Server.SkipReason is null ? S3Server.Shared.Endpoint : null);

    protected override IArtifactStore NewStore(TimeProvider clock) => new S3ArtifactStore(_options, MaxBytes, clock);

    [StorageFact]
    public async Task A_large_artefact_is_put_together_from_parts_and_read_from_any_place()
    {
        var large = new byte[40 << 20];
        for (var i = 0; i < large.Length; i += 4_096) large[i] = (byte)(i >> 12);
        var hash = ContentHash.Of(large);
        var store = new S3ArtifactStore(_options, long.MaxValue, TimeProvider.System);

        await store.Append(hash, 0, large.Length, new MemoryStream(large, 0, 30 << 20), long.MaxValue, None);
        var result = await store.Append(hash, 30 << 20, large.Length, new MemoryStream(large, 30 << 20, 10 << 20), long.MaxValue, None);

        Assert.Equal(new AppendResult.Completed(large.Length), result);
        await using var content = Assert.IsType<OpenResult.Opened>(await store.Open(hash, verify: true, None)).Content;
        content.Position = 35 << 20;
        var part = new byte[8_192];
        await content.ReadExactlyAsync(part);
        Assert.Equal(large[(35 << 20)..((35 << 20) + part.Length)], part);
    }
}

public abstract class ArtifactStoreSuite
{
    protected const long MaxBytes = 1_000_000;

    private IArtifactStore? _store;

    protected byte[] Content { get; } = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 31))];

    protected IArtifactStore Store => _store ??= NewStore(TimeProvider.System);

    protected abstract IArtifactStore NewStore(TimeProvider clock);

    protected Task<ArtifactStatus> Status() => Store.Status(Hash, null, None);

    protected static CancellationToken None => CancellationToken.None;

    protected ContentHash Hash => ContentHash.Of(Content);

    [StorageFact]
    public async Task An_artefact_arrives_in_pieces_and_is_opened_whole()
    {
        var first = await Append(0, 100_000);
        var between = await Status();
        var last = await Append(100_000, 200_000);

        Assert.Equal(new AppendResult.Stored(100_000), first);
        Assert.Equal(new ArtifactStatus(100_000, false), between);
        Assert.Equal(new AppendResult.Completed(300_000), last);
        Assert.Equal(new ArtifactStatus(300_000, true), await Status());
        Assert.Equal(Content, await Read(verify: true));
    }

    [StorageFact]
    public async Task After_a_broken_connection_the_upload_goes_on_where_it_broke()
    {
        await Assert.ThrowsAsync<IOException>(() => Store.Append(Hash, 0, Content.Length, new BreakingStream(Content, 150_000), long.MaxValue, None));

        var offset = (await NewStore(TimeProvider.System).Status(Hash, null, None)).Offset;
        var result = await Append((int)offset, Content.Length - (int)offset);

        Assert.Equal(150_000, offset);
        Assert.IsType<AppendResult.Completed>(result);
    }

    [StorageFact]
    public async Task A_piece_that_does_not_fit_is_told_where_to_go_on()
    {
        await Append(0, 100);

        Assert.Equal(new AppendResult.WrongOffset(100), await Append(50, 100));
        Assert.Equal(new AppendResult.WrongOffset(100), await Append(200, 100));
    }

    [StorageFact]
    public async Task Content_that_is_not_the_hash_is_refused_and_can_be_sent_again()
    {
        var wrong = Content.ToArray();
        wrong[77]++;

        var refused = await Store.Append(Hash, 0, wrong.Length, new MemoryStream(wrong), long.MaxValue, None);

        Assert.Equal(new AppendResult.Corrupt(ContentHash.Of(wrong)), refused);
        Assert.Equal(new ArtifactStatus(0, false), await Status());
        Assert.IsType<OpenResult.Missing>(await Store.Open(Hash, verify: false, None));
        Assert.IsType<AppendResult.Completed>(await Append(0, Content.Length));
    }

    [StorageFact]
    public async Task Many_writers_at_once_leave_one_whole_artefact()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            Task.Run(() => NewStore(TimeProvider.System).Append(Hash, 0, Content.Length, new MemoryStream(Content), long.MaxValue, None))));

        Assert.Contains(results, result => result is AppendResult.Completed);
        Assert.All(results, result => Assert.True(result is AppendResult.Completed or AppendResult.Busy or AppendResult.WrongOffset, $"{result}"));
        Assert.Equal(Content, await Read(verify: true));
    }

    [StorageFact]
    public async Task What_is_there_already_is_not_read_again()
    {
        await Append(0, Content.Length);

        var again = await Store.Append(Hash, 0, Content.Length, new BreakingStream(Content, 0), long.MaxValue, None);

        Assert.Equal(new AppendResult.Completed(Content.Length), again);
    }

    [StorageFact]
    public async Task Sizes_have_limits()
    {
        var whole = await Store.Append(Hash, 0, 1_000_001, new MemoryStream(Content), long.MaxValue, None);
        var piece = await Store.Append(Hash, 0, Content.Length, new MemoryStream(Content), maxBytes: 1_000, None);
        var announced = await Store.Append(Hash, 0, totalSize: 10, new MemoryStream(Content), long.MaxValue, None);

        Assert.Equal(new AppendResult.TooLarge(1_000_000), whole);
        Assert.Equal(new AppendResult.TooLarge(1_000), piece);
        Assert.Equal(new AppendResult.TooLarge(10), announced);
        Assert.Equal(new ArtifactStatus(0, false), await Status());
    }

    [StorageFact]
    public async Task An_empty_artefact_is_an_artefact()
    {
        var empty = ContentHash.Of([]);

        var result = await Store.Append(empty, 0, 0, new MemoryStream(), long.MaxValue, None);

        Assert.Equal(new AppendResult.Completed(0), result);
    }

    [StorageFact]
    public async Task What_was_used_is_not_deleted_and_what_was_not_is()
    {
        await Append(0, Content.Length);
        var stored = Assert.Single(await Listed());

        Assert.Equal((Hash, 300_000L), (stored.Hash, stored.SizeBytes));
        Assert.False(await Store.DeleteUnused(Hash, stored.UsedAt.AddSeconds(-1), None));
        Assert.True((await Status()).Complete);
        Assert.True(await Store.DeleteUnused(Hash, stored.UsedAt, None));
        Assert.Equal(new ArtifactStatus(0, false), await Status());
        Assert.False(await Store.DeleteUnused(Hash, stored.UsedAt.AddDays(1), None));
    }

    [StorageFact]
    public async Task Asking_for_a_content_is_a_use_of_it()
    {
        await Append(0, Content.Length);
        var stored = Assert.Single(await Listed());

        await NewStore(new ClockAhead(TimeSpan.FromHours(1))).Status(Hash, null, None);

        Assert.True(Assert.Single(await Listed()).UsedAt >= stored.UsedAt);
    }

    [StorageFact]
    public async Task An_upload_that_nobody_goes_on_with_is_deleted_after_its_time()
    {
        await Append(0, 100_000);

        Assert.Equal(0, await Store.DeleteAbandoned(TimeProvider.System.GetUtcNow().AddHours(-1), None));
        Assert.Equal(new ArtifactStatus(100_000, false), await Status());
        Assert.Equal(1, await Store.DeleteAbandoned(TimeProvider.System.GetUtcNow().AddHours(1), None));
        Assert.Equal(new ArtifactStatus(0, false), await Status());
    }

    private async Task<List<StoredArtifact>> Listed()
    {
        var listed = new List<StoredArtifact>();
        await foreach (var artefact in Store.List(None)) listed.Add(artefact);
        return listed;
    }

    protected Task<AppendResult> Append(int offset, int count) =>
        Store.Append(Hash, offset, Content.Length, new MemoryStream(Content, offset, count), long.MaxValue, None);

    protected async Task<byte[]> Read(bool verify)
    {
        var opened = Assert.IsType<OpenResult.Opened>(await Store.Open(Hash, verify, None));
        await using var content = opened.Content;
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy);
        return copy.ToArray();
    }

    /// <summary>Gives the first bytes and then breaks, as a lost connection does.</summary>
    private sealed class BreakingStream(byte[] content, int goodBytes) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var left = goodBytes - (int)Position;
            return left == 0 ? throw new IOException("The connection broke.") : base.ReadAsync(buffer[..Math.Min(left, buffer.Length)], cancellationToken);
        }
    }

    private sealed class ClockAhead(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
