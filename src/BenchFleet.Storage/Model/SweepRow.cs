using BenchFleet.Core.Sweeps;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BenchFleet.Storage.Model;

internal sealed class SweepRow
{
    public required Guid Id { get; set; }
    public required string Name { get; set; }
    public required SweepState State { get; set; }
    public required string SpecJson { get; set; }
    public required DateTimeOffset SubmittedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Since then there are figures, and no single times any more.</summary>
    public DateTimeOffset? SamplesDroppedAt { get; set; }

    public string? Failure { get; set; }

    public string Project { get; set; } = "default";
    public PriorityClass Priority { get; set; } = PriorityClass.Normal;

    /// <summary>What plans are guarded by.</summary>
    public required long Version { get; set; }
}

/// <summary>
/// Counts what a watcher may see. A row of its own, and the last one that any transaction touches: a commit of work never waits for a
/// plan of the sweep because of it, and locks are always taken in the same order.
/// </summary>
internal sealed class SweepEventRow
{
    public required Guid SweepId { get; set; }
    public required long Sequence { get; set; }
}

internal sealed class SweepMapping : IEntityTypeConfiguration<SweepRow>
{
    public void Configure(EntityTypeBuilder<SweepRow> table)
    {
        table.ToTable("sweeps", t =>
        {
            t.HasCheckConstraint("ck_sweeps_state", "state in ('Running', 'Completed', 'Cancelled', 'Failed')");
            t.HasCheckConstraint("ck_sweeps_ended", "(state = 'Running') = (ended_at is null)");
        });
        table.HasKey(row => row.Id).HasName("pk_sweeps");
        table.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
        table.Property(row => row.Name).HasColumnName("name");
        table.Property(row => row.State).HasColumnName("state");
        table.Property(row => row.SpecJson).HasColumnName("spec_json");
        table.Property(row => row.SubmittedAt).HasColumnName("submitted_at");
        table.Property(row => row.EndedAt).HasColumnName("ended_at");
        table.Property(row => row.SamplesDroppedAt).HasColumnName("samples_dropped_at");
        table.Property(row => row.Failure).HasColumnName("failure");
        table.Property(row => row.Version).HasColumnName("version");
        table.Property(row => row.Project).HasColumnName("project").HasDefaultValue("default");
        table.Property(row => row.Priority).HasColumnName("priority").HasDefaultValue(PriorityClass.Normal).HasSentinel((PriorityClass)(-1));
        table.HasIndex(row => new { row.State, row.SubmittedAt }, "ix_sweeps_state_submitted");
    }
}

internal sealed class SweepEventMapping : IEntityTypeConfiguration<SweepEventRow>
{
    public void Configure(EntityTypeBuilder<SweepEventRow> table)
    {
        table.ToTable("sweep_events");
        table.HasKey(row => row.SweepId).HasName("pk_sweep_events");
        table.Property(row => row.SweepId).HasColumnName("sweep_id").ValueGeneratedNever();
        table.Property(row => row.Sequence).HasColumnName("sequence");
        table.HasOne<SweepRow>().WithOne().HasForeignKey<SweepEventRow>(row => row.SweepId)
            .HasConstraintName("fk_sweep_events_sweep").OnDelete(DeleteBehavior.Restrict);
    }
}
