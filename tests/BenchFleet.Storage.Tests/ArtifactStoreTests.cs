using BenchFleet.Core.Hashing;
using BenchFleet.Storage.Artifacts;

namespace BenchFleet.Storage.Tests;

public sealed class ArtifactStoreTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("benchfleet-artifacts-").FullName;
    private readonly ArtifactStore _store;
    private readonly byte[] _content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 31))];

    public ArtifactStoreTests() => _store = new ArtifactStore(new ArtifactStoreOptions(_root, MaxBytes: 1_000_000));

    private static CancellationToken None => CancellationToken.None;

    private ContentHash Hash => ContentHash.Of(_content);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task An_artefact_arrives_in_pieces_and_is_opened_whole()
    {
        var first = await Append(0, 100_000);
        var between = _store.Status(Hash);
        var last = await Append(100_000, 200_000);

        Assert.Equal(new AppendResult.Stored(100_000), first);
        Assert.Equal(new ArtifactStatus(100_000, false), between);
        Assert.Equal(new AppendResult.Completed(300_000), last);
        Assert.Equal(new ArtifactStatus(300_000, true), _store.Status(Hash));
        Assert.Equal(_content, await Read(verify: true));
        Assert.Empty(Directory.GetFiles(Path.Combine(_root, "partial")));
    }

    [Fact]
    public async Task After_a_broken_connection_the_upload_goes_on_where_it_broke()
    {
        await Assert.ThrowsAsync<IOException>(() => _store.Append(Hash, 0, _content.Length, new BreakingStream(_content, 150_000), long.MaxValue, None));

        var offset = new ArtifactStore(_store.Options).Status(Hash).Offset;
        var result = await Append((int)offset, _content.Length - (int)offset);

        Assert.Equal(150_000, offset);
        Assert.IsType<AppendResult.Completed>(result);
    }

    [Fact]
    public async Task A_piece_that_does_not_fit_is_told_where_to_go_on()
    {
        await Append(0, 100);

        Assert.Equal(new AppendResult.WrongOffset(100), await Append(50, 100));
        Assert.Equal(new AppendResult.WrongOffset(100), await Append(200, 100));
    }

    [Fact]
    public async Task Content_that_is_not_the_hash_is_refused_and_can_be_sent_again()
    {
        var wrong = _content.ToArray();
        wrong[77]++;

        var refused = await _store.Append(Hash, 0, wrong.Length, new MemoryStream(wrong), long.MaxValue, None);

        Assert.Equal(new AppendResult.Corrupt(ContentHash.Of(wrong)), refused);
        Assert.Equal(new ArtifactStatus(0, false), _store.Status(Hash));
        Assert.IsType<OpenResult.Missing>(await _store.Open(Hash, verify: false, None));
        Assert.IsType<AppendResult.Completed>(await Append(0, _content.Length));
    }

    [Fact]
    public async Task Two_writers_of_one_artefact_never_mix_their_bytes()
    {
        var slow = new HeldStream(_content);
        var first = _store.Append(Hash, 0, _content.Length, slow, long.MaxValue, None);
        await slow.Reached;

        var second = await new ArtifactStore(_store.Options).Append(Hash, 0, _content.Length, new MemoryStream(_content), long.MaxValue, None);
        slow.Release();

        Assert.IsType<AppendResult.Busy>(second);
        Assert.IsType<AppendResult.Completed>(await first);
        Assert.Equal(_content, await Read(verify: true));
    }

    [Fact]
    public async Task Many_writers_at_once_leave_one_whole_artefact()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            Task.Run(() => new ArtifactStore(_store.Options).Append(Hash, 0, _content.Length, new MemoryStream(_content), long.MaxValue, None))));

        Assert.Contains(results, result => result is AppendResult.Completed);
        Assert.All(results, result => Assert.True(result is AppendResult.Completed or AppendResult.Busy or AppendResult.WrongOffset, $"{result}"));
        Assert.Equal(_content, await Read(verify: true));
    }

    [Fact]
    public async Task What_is_there_already_is_not_read_again()
    {
        await Append(0, _content.Length);

        var again = await _store.Append(Hash, 0, _content.Length, new BreakingStream(_content, 0), long.MaxValue, None);

        Assert.Equal(new AppendResult.Completed(_content.Length), again);
    }

    [Fact]
    public async Task Sizes_have_limits()
    {
        var whole = await _store.Append(Hash, 0, 1_000_001, new MemoryStream(_content), long.MaxValue, None);
        var piece = await _store.Append(Hash, 0, _content.Length, new MemoryStream(_content), maxBytes: 1_000, None);
        var announced = await _store.Append(Hash, 0, totalSize: 10, new MemoryStream(_content), long.MaxValue, None);

        Assert.Equal(new AppendResult.TooLarge(1_000_000), whole);
        Assert.Equal(new AppendResult.TooLarge(1_000), piece);
        Assert.Equal(new AppendResult.TooLarge(10), announced);
        Assert.Equal(new ArtifactStatus(0, false), _store.Status(Hash));
    }

    [Fact]
    public async Task Damage_on_the_disk_is_found_by_verification_and_set_aside()
    {
        await Append(0, _content.Length);
        var path = Directory.GetFiles(Path.Combine(_root, "objects"), "*", SearchOption.AllDirectories).Single();
        await File.WriteAllBytesAsync(path, [1, 2, 3]);

        var opened = await _store.Open(Hash, verify: true, None);

        Assert.Equal(new OpenResult.Corrupt(ContentHash.Of([1, 2, 3])), opened);
        Assert.False(_store.Status(Hash).Complete);
    }

    [Fact]
    public async Task An_empty_artefact_is_an_artefact()
    {
        var empty = ContentHash.Of([]);

        var result = await _store.Append(empty, 0, 0, new MemoryStream(), long.MaxValue, None);

        Assert.Equal(new AppendResult.Completed(0), result);
    }

    [Fact]
    public async Task A_full_disk_is_an_outcome()
    {
        // Linux has a file that is always full: every write to it fails with ENOSPC.
        if (!OperatingSystem.IsLinux()) return;
        File.CreateSymbolicLink(Path.Combine(_root, "partial", Hash.Hex), "/dev/full");

        var result = await Append(0, 1_000);

        Assert.Equal(new AppendResult.DiskFull(0), result);
    }

    private Task<AppendResult> Append(int offset, int count) =>
        _store.Append(Hash, offset, _content.Length, new MemoryStream(_content, offset, count), long.MaxValue, None);

    private async Task<byte[]> Read(bool verify)
    {
        var opened = Assert.IsType<OpenResult.Opened>(await _store.Open(Hash, verify, None));
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
