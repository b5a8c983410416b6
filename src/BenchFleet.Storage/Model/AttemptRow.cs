using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BenchFleet.Storage.Model;

internal sealed class AttemptRow
{
    public required Guid WorkId { get; set; }
    public required int Attempt { get; set; }
    public required Guid AgentId { get; set; }
    public required Guid DeviceId { get; set; }
    public required Guid Session { get; set; }

    /// <summary>The request that was answered with this lease: asked again, answered again.</summary>
    public required Guid RequestId { get; set; }
    public required AttemptState State { get; set; }
    public required DateTimeOffset LeasedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public FailureKind? FailureKind { get; set; }
    public string? FailureJson { get; set; }

    /// <summary>Of what was committed, in time or late: tells a repeated commit from another one.</summary>
    public ContentHash? OutcomeHash { get; set; }

    /// <summary>The compressed outcome of a late commit: a diagnostic, never a result.</summary>
    public byte[]? LateOutcome { get; set; }
}

internal sealed class AttemptMapping : IEntityTypeConfiguration<AttemptRow>
{
    public void Configure(EntityTypeBuilder<AttemptRow> table)
    {
        table.ToTable("attempts", t =>
        {
            t.HasCheckConstraint("ck_attempts_attempt", "attempt >= 1");
            t.HasCheckConstraint("ck_attempts_state", "state in ('Running', 'Succeeded', 'Failed', 'Expired', 'Cancelled', 'Late')");
            t.HasCheckConstraint("ck_attempts_ended", "(state = 'Running') = (ended_at is null)");
            t.HasCheckConstraint("ck_attempts_late", "(state = 'Late') = (late_outcome is not null)");
            t.HasCheckConstraint("ck_attempts_failure_kind", "failure_kind in ('User', 'Device', 'Infrastructure')");
        });
        table.HasKey(row => new { row.WorkId, row.Attempt }).HasName("pk_attempts");
        table.Property(row => row.WorkId).HasColumnName("work_id");
        table.Property(row => row.Attempt).HasColumnName("attempt");
        table.Property(row => row.AgentId).HasColumnName("agent_id");
        table.Property(row => row.DeviceId).HasColumnName("device_id");
        table.Property(row => row.Session).HasColumnName("session");
        table.Property(row => row.RequestId).HasColumnName("request_id");
        table.Property(row => row.State).HasColumnName("state");
        table.Property(row => row.LeasedAt).HasColumnName("leased_at");
        table.Property(row => row.EndedAt).HasColumnName("ended_at");
        table.Property(row => row.FailureKind).HasColumnName("failure_kind");
        table.Property(row => row.FailureJson).HasColumnName("failure_json");
        table.Property(row => row.OutcomeHash).HasColumnName("outcome_hash");
        table.Property(row => row.LateOutcome).HasColumnName("late_outcome");
        table.HasOne<WorkRow>().WithMany().HasForeignKey(row => row.WorkId).HasConstraintName("fk_attempts_work").OnDelete(DeleteBehavior.Restrict);
        table.HasIndex(row => new { row.RequestId, row.DeviceId }, "ux_attempts_request_device").IsUnique();
    }
}
