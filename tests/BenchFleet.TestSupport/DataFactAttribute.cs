using Xunit;

namespace BenchFleet.TestSupport;

/// <summary>A fact that reads <see cref="TestData"/>; skipped where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DataFactAttribute : FactAttribute
{
    public DataFactAttribute() => Skip = TestData.SkipReason;
}

/// <summary>A theory that reads <see cref="TestData"/>; skipped where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DataTheoryAttribute : TheoryAttribute
{
    public DataTheoryAttribute() => Skip = TestData.SkipReason;
}
