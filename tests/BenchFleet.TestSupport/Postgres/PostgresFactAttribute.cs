using Xunit;

namespace BenchFleet.TestSupport.Postgres;

/// <summary>A fact that needs <see cref="PostgresServer"/>; skipped with a reason where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.SkipReason;
}
