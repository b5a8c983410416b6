using System.Text.Json;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Measurements;

namespace BenchFleet.Core.Tests.Hashing;

public sealed class CanonicalJsonTests
{
    [Fact]
    public void What_may_be_null_is_left_out_and_read_back_as_null()
    {
        var failed = new LaunchRecord(Guid.Empty, 3, null, new Failure(FailureKind.Device, "runner.hung", "It hung."));

        var read = CanonicalJson.Read<LaunchRecord>(CanonicalJson.Write(failed));

        Assert.Equal(failed, read);
    }

    [Fact]
    public void What_may_not_be_null_is_required() =>
        Assert.Throws<JsonException>(() => CanonicalJson.Read<Failure>("""{"kind":"user","code":"x"}"""));
}
