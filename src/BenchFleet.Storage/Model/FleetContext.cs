using BenchFleet.Core.Access;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Runtime;
using BenchFleet.Core.Sweeps;
using BenchFleet.Core.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Conventions;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace BenchFleet.Storage.Model;

internal sealed class FleetContext(DbContextOptions<FleetContext> options) : DbContext(options)
{
    public DbSet<AgentRow> Agents => Set<AgentRow>();
    public DbSet<DeviceRow> Devices => Set<DeviceRow>();
    public DbSet<LibraryRow> Library => Set<LibraryRow>();
    public DbSet<SweepRow> Sweeps => Set<SweepRow>();
    public DbSet<SweepEventRow> SweepEvents => Set<SweepEventRow>();
    public DbSet<TrialRow> Trials => Set<TrialRow>();
    public DbSet<VariantRow> Variants => Set<VariantRow>();
    public DbSet<EvaluationRow> Evaluations => Set<EvaluationRow>();
    public DbSet<WorkRow> Work => Set<WorkRow>();
    public DbSet<WorkSweepRow> WorkSweeps => Set<WorkSweepRow>();
    public DbSet<AttemptRow> Attempts => Set<AttemptRow>();
    public DbSet<BlockRow> Blocks => Set<BlockRow>();
    public DbSet<LaunchRow> Launches => Set<LaunchRow>();
    public DbSet<PoolEpochRow> PoolEpochs => Set<PoolEpochRow>();
    public DbSet<ProjectQuotaRow> ProjectQuotas => Set<ProjectQuotaRow>();
    public DbSet<ProjectUsageRow> ProjectUsage => Set<ProjectUsageRow>();
    public DbSet<ProjectRow> Projects => Set<ProjectRow>();
    public DbSet<ApiKeyRow> ApiKeys => Set<ApiKeyRow>();
    public DbSet<EnrolmentTokenRow> EnrolmentTokens => Set<EnrolmentTokenRow>();
    public DbSet<AgentCredentialRow> AgentCredentials => Set<AgentCredentialRow>();
    public DbSet<AuditRow> AuditLog => Set<AuditRow>();
    public DbSet<ArtifactOwnerRow> ArtifactOwners => Set<ArtifactOwnerRow>();
    public DbSet<HoldRow> Holds => Set<HoldRow>();
    public DbSet<MigrationRow> Migrations => Set<MigrationRow>();

    /// <summary>By its devices: leases have an index by device, none by agent or session.</summary>
    public IQueryable<WorkRow> WorkLeasedTo(Guid agent) =>
        from device in Devices
        join work in Work on device.Id equals work.LeasedDeviceId
        where device.AgentId == agent
        select work;

    /// <summary>Whose work it is: of the sweeps that need it the oldest running one first, then the oldest that has ended.</summary>
    public IQueryable<WorkSweepRow> Needs =>
        from link in WorkSweeps
        join sweep in Sweeps on link.SweepId equals sweep.Id
        orderby sweep.State == SweepState.Running ? 0 : 1, sweep.SubmittedAt, sweep.Id
        select link;

    protected override void ConfigureConventions(ModelConfigurationBuilder conventions)
    {
        // An index is there for a query, and said where the table is: a reference alone is not worth one.
        conventions.Conventions.Remove<ForeignKeyIndexConvention>();
        conventions.Properties<ContentHash>().HaveConversion<ContentHashConverter>();
        conventions.Properties<HoldKind>().HaveConversion<string>();
        conventions.Properties<Role>().HaveConversion<string>();
        conventions.Properties<LibraryKind>().HaveConversion<string>();
        conventions.Properties<SweepState>().HaveConversion<string>();
        conventions.Properties<TrialState>().HaveConversion<string>();
        conventions.Properties<Scenario>().HaveConversion<string>();
        conventions.Properties<WorkKind>().HaveConversion<string>();
        conventions.Properties<WorkState>().HaveConversion<string>();
        conventions.Properties<AttemptState>().HaveConversion<string>();
        conventions.Properties<FailureKind>().HaveConversion<string>();
        conventions.Properties<PriorityClass>().HaveConversion<string>();
        conventions.Properties<DeviceHealth>().HaveConversion<string>();
    }

    protected override void OnModelCreating(ModelBuilder model)
    {
        model.ApplyConfigurationsFromAssembly(typeof(FleetContext).Assembly);

        // SQLite has no time type that sorts: whole microseconds since 1970, the resolution that PostgreSQL has too.
        ValueConverter time = Database.IsSqlite() ? new MicrosecondsConverter() : new UtcConverter();
        foreach (var property in model.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
            if (property.ClrType == typeof(DateTimeOffset) || property.ClrType == typeof(DateTimeOffset?))
                property.SetValueConverter(time);
    }

    private sealed class ContentHashConverter() : ValueConverter<ContentHash, string>(hash => hash.Hex, text => ContentHash.Parse(text));

    private sealed class UtcConverter() : ValueConverter<DateTimeOffset, DateTimeOffset>(time => time.ToUniversalTime(), time => time);

    private sealed class MicrosecondsConverter() : ValueConverter<DateTimeOffset, long>(
        time => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond,
        count => DateTimeOffset.UnixEpoch.AddTicks(count * TimeSpan.TicksPerMicrosecond));
}
