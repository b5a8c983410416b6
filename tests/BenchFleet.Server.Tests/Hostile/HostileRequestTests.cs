using System.Net;
using System.Text;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Client;
using BenchFleet.Contracts.Sweeps;
using BenchFleet.Core.Artifacts;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Runtime;
using BenchFleet.Core.Sweeps;
using BenchFleet.Server.Tests.Fleet;

namespace BenchFleet.Server.Tests.Hostile;

/// <summary>Everything wrong gets its own problem, and the sentence has the offending value.</summary>
public sealed class HostileRequestTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private TestServer _server = null!;

    public async Task InitializeAsync()
    {
        const int mebibyte = 1 << 20;
        _server = await TestServer.Start(options =>
            options with { MaxArtifactBytes = mebibyte, MaxPieceBytes = mebibyte, MaxJsonBytes = mebibyte });
        await _server.AddModel();
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("xyz", "'xyz' is not a content hash")]
    [InlineData("..%2F..%2Fetc%2Fpasswd", "is not a content hash")]
    public async Task What_is_no_hash_is_refused(string hash, string expected)
    {
        var problem = await Get($"/api/v1/artifacts/{hash}");

        Assert.Equal(Problems.Invalid, problem.Type);
        Assert.Contains(expected, problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_artefact_is_not_found()
    {
        Assert.Equal((Problems.NotFound, 404), Kind(await Get($"/api/v1/artifacts/{ContentHash.Of("nothing")}")));
    }

    [Fact]
    public async Task Content_that_is_not_its_hash_is_thrown_away()
    {
        var hash = ContentHash.Of("promised");

        var problem = await Patch(hash, "0", "9", "delivered");

        Assert.Equal((Problems.CorruptArtifact, 422), Kind(problem));
        Assert.Equal(0, Answer.Ok(await Status(hash)).Offset);
    }

    [Fact]
    public async Task An_artefact_beyond_the_limit_is_refused_before_it_is_sent()
    {
        Assert.Equal((Problems.TooLarge, 413), Kind(await Patch(ContentHash.Of("big"), "0", "99999999", "x")));
    }

    [Fact]
    public async Task More_bytes_than_announced_are_refused()
    {
        Assert.Equal((Problems.TooLarge, 413), Kind(await Patch(ContentHash.Of("ab"), "0", "2", "abcdef")));
    }

    [Fact]
    public async Task A_piece_at_a_wrong_offset_is_answered_with_the_right_one()
    {
        using var http = _server.Http();
        var hash = ContentHash.Of("abcdef");
        await http.PatchAsync($"/api/v1/artifacts/{hash}/upload?offset=0&size=6", new StringContent("abc"));

        var wrong = await http.PatchAsync($"/api/v1/artifacts/{hash}/upload?offset=0&size=6", new StringContent("abc"));
        var rest = await http.PatchAsync($"/api/v1/artifacts/{hash}/upload?offset=3&size=6", new StringContent("def"));

        Assert.Equal("""{"offset":3,"complete":false}""", await wrong.Content.ReadAsStringAsync());
        Assert.Equal("""{"offset":6,"complete":true}""", await rest.Content.ReadAsStringAsync());
        Assert.Equal("abcdef", await http.GetStringAsync($"/api/v1/artifacts/{hash}"));
    }

    [Fact]
    public async Task Ranges_and_heads_are_served()
    {
        var bundle = await _server.Upload(Encoding.UTF8.GetBytes("0123456789"), "digits.bin");
        using var http = _server.Http();
        using var head = new HttpRequestMessage(HttpMethod.Head, $"/api/v1/artifacts/{bundle.Files[0].Hash}");
        using var range = new HttpRequestMessage(HttpMethod.Get, head.RequestUri) { Headers = { Range = new(2, 4) } };

        var length = (await http.SendAsync(head)).Content.Headers.ContentLength;
        var part = await http.SendAsync(range);

        Assert.Equal(10, length);
        Assert.Equal((HttpStatusCode.PartialContent, "234"), (part.StatusCode, await part.Content.ReadAsStringAsync()));
    }

    [Theory]
    [InlineData("../model.onnx")]
    [InlineData("/etc/model.onnx")]
    [InlineData("a\\model.onnx")]
    [InlineData("a//model.onnx")]
    public async Task A_path_that_leaves_its_bundle_is_refused(string path)
    {
        var bundle = await _server.Upload([1, 2, 3]);

        var problem = Answer.Refused(await _server.Client.AddModel(new("evil", new Bundle([bundle.Files[0] with { Path = path }])), None));

        Assert.Equal(Problems.Invalid, problem.Type);
        Assert.Contains($"'{path}'", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bundle_whose_content_was_not_uploaded_is_refused()
    {
        var bundle = new Bundle([new BundleFile("model.onnx", 3, ContentHash.Of("never sent"))]);

        Assert.Equal((Problems.CorruptArtifact, 422), Kind(Answer.Refused(await _server.Client.AddModel(new("ghost", bundle), None))));
    }

    [Fact]
    public async Task What_is_no_ONNX_model_is_refused_in_words()
    {
        var bundle = await _server.Upload(Encoding.UTF8.GetBytes("this is a text, and no model"));

        var problem = Answer.Refused(await _server.Client.AddModel(new("text", bundle), None));

        Assert.Equal(Problems.Invalid, problem.Type);
        Assert.Contains("'model.onnx' is not a readable ONNX model", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_content_under_a_known_name_is_a_conflict()
    {
        await _server.AddModel("other", sample: 1);
        var other = Answer.Ok(await _server.Client.GetModel("other", None));

        Assert.Equal((Problems.Conflict, 409), Kind(Answer.Refused(await _server.Client.AddModel(new("digits", other.Bundle), None))));
    }

    [Fact]
    public async Task A_bundle_is_known_by_its_hash()
    {
        var model = Answer.Ok(await _server.Client.GetModel("digits", None));
        using var http = _server.Http();

        var bundle = CanonicalJson.Read<Bundle>(await http.GetStringAsync($"/api/v1/bundles/{model.Hash}"));

        Assert.Equal(model.Hash, bundle.Hash);
        Assert.Equal(Problems.NotFound, (await Get($"/api/v1/bundles/{model.Bundle.Files[0].Hash}")).Type);
    }

    public static TheoryData<SubmitSweep, string, string> WrongSweeps() => new()
    {
        { new SubmitSweep([]), Problems.Invalid, "zero trials" },
        { new SubmitSweep(["digits"], Runtimes: []), Problems.Invalid, "zero trials" },
        { new SubmitSweep(["digits"], Targets: []), Problems.Invalid, "zero trials" },
        { new SubmitSweep(["nonesuch"]), Problems.NotFound, "'nonesuch'" },
        { new SubmitSweep(["digits"], Dataset: "nodata"), Problems.NotFound, "'nodata'" },
        { new SubmitSweep(["digits"], Techniques: ["quantise.magic"]), Problems.Invalid, "'quantise.magic'" },
        { new SubmitSweep(["digits"], Techniques: ["quantize.static(colour=red)"]), Problems.Invalid, "'colour'" },
        { new SubmitSweep(["digits"], Techniques: ["quantize.static(bits=9)"]), Problems.Invalid, "7..8" },
        { new SubmitSweep(["digits"], Profile: "slow"), Problems.Invalid, "'slow'" },
        { new SubmitSweep(["digits"], Runtimes: [new RuntimeConfig(IntraOpThreads: 0)]), Problems.Invalid, "intraOpThreads 0" },
        { new SubmitSweep(["digits"], CalibrationSamples: 0), Problems.Invalid, "calibrationSamples 0" },
        { new SubmitSweep(["digits"], Constraints: new Constraints(MaxDropPoints: -1)), Problems.Invalid, "-1" },
    };

    [Theory]
    [MemberData(nameof(WrongSweeps))]
    public async Task A_wrong_sweep_is_refused_with_its_value(SubmitSweep sweep, string type, string expected)
    {
        var problem = Answer.Refused(await _server.Client.Submit(sweep, None));

        Assert.Equal(type, problem.Type);
        Assert.Contains(expected, problem.Detail, StringComparison.Ordinal);
        Assert.NotNull(problem.TraceId);
    }

    [Theory]
    [InlineData("gpu/*", "cpu", "targets:")]
    [InlineData("any", "cuda", "runtimes:")]
    public async Task A_sweep_that_no_known_device_is_meant_by_has_zero_trials(string target, string provider, string expected)
    {
        await new ScriptedAgent(_server).Register();

        var problem = Answer.Refused(await _server.Client.Submit(new SubmitSweep(["digits"], Targets: [target],
            Runtimes: [new RuntimeConfig(provider)]), None));

        Assert.StartsWith(expected, problem.Detail, StringComparison.Ordinal);
        Assert.Contains("zero trials", problem.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "JSON")]
    [InlineData("""{"models":7}""", "JSON")]
    [InlineData("{}", "models")]
    [InlineData("""{"models":["digits"],"objective":"beauty"}""", "beauty|objective")]
    public async Task Broken_JSON_is_a_problem_and_no_exception(string json, string expected)
    {
        using var http = _server.Http();

        var problem = await ProblemOf(await http.PostAsync("/api/v1/sweeps", new StringContent(json, Encoding.UTF8, "application/json")));

        Assert.Equal((Problems.Invalid, 400), Kind(problem));
        Assert.Contains(expected.Split('|'), word => problem.Detail.Contains(word, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Too_much_JSON_is_too_large()
    {
        using var http = _server.Http();

        var answer = await http.PostAsync("/api/v1/sweeps",
            new StringContent($$"""{"models":["{{new string('x', 2 << 20)}}"]}""", Encoding.UTF8, "application/json"));

        Assert.Equal((Problems.TooLarge, 413), Kind(await ProblemOf(answer)));
    }

    [Theory]
    [InlineData("/nothing/here")]
    [InlineData("/api/v1/sweeps/00000000-0000-0000-0000-000000000001")]
    [InlineData("/api/v1/sweeps/00000000-0000-0000-0000-000000000001/events")]
    [InlineData("/api/v1/sweeps/00000000-0000-0000-0000-000000000001/leaderboards")]
    [InlineData("/api/v1/models/none")]
    public async Task What_is_not_there_is_a_problem_with_a_trace(string path)
    {
        var problem = await Get(path);

        Assert.Equal((Problems.NotFound, 404), Kind(problem));
        Assert.NotNull(problem.TraceId);
    }

    [Fact]
    public async Task A_commit_of_an_attempt_that_never_was_is_not_found()
    {
        var agent = await new ScriptedAgent(_server).Register();
        var outcome = new Core.Work.WorkFailed(new(Core.Failures.FailureKind.User, "x", "x"));

        var answer = await _server.Client.Commit(agent.Id, new(agent.Session, Guid.NewGuid(), 1, outcome), None);

        Assert.Equal((Problems.NotFound, 404), Kind(Answer.Refused(answer)));
    }

    private Task<ApiResult<Contracts.Artifacts.UploadStatus>> Status(ContentHash hash) =>
        Raw<Contracts.Artifacts.UploadStatus>($"/api/v1/artifacts/{hash}/upload");

    private async Task<ApiResult<T>> Raw<T>(string path)
    {
        using var http = _server.Http();
        return new ApiResult<T>.Ok(CanonicalJson.Read<T>(await http.GetStringAsync(path)));
    }

    private async Task<Problem> Get(string path)
    {
        using var http = _server.Http();
        return await ProblemOf(await http.GetAsync(path));
    }

    private async Task<Problem> Patch(ContentHash hash, string offset, string size, string content)
    {
        using var http = _server.Http();
        return await ProblemOf(await http.PatchAsync($"/api/v1/artifacts/{hash}/upload?offset={offset}&size={size}",
            new StringContent(content)));
    }

    private static async Task<Problem> ProblemOf(HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        return CanonicalJson.Read<Problem>(await response.Content.ReadAsStringAsync());
    }

    private static (string Type, int Status) Kind(Problem problem) => (problem.Type, problem.Status);
}
