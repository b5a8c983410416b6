using BenchFleet.Core.Sweeps;
using BenchFleet.Core.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BenchFleet.Storage.Model;

internal sealed class WorkRow
{
    public required Guid Id { get; set; }
    public required string Key { get; set; }
    public required WorkKind Kind { get; set; }
    public required WorkState State { get; set; }
    public required string Label { get; set; }
    public required string OrderJson { get; set; }

    /// <summary>When the oldest sweep that needs it was submitted: the queue's first order.</summary>
    public required DateTimeOffset QueuedAt { get; set; }

    /// <summary>Order within a sweep: 0 prepare, 1 evaluate, 1 + round for a block.</summary>
    public required int Rank { get; set; }

    /// <summary>Whose share it is done on.</summary>
    public string Project { get; set; } = "default";
    public PriorityClass Priority { get; set; } = PriorityClass.Normal;

    /// <summary>Who may do it (see <see cref="Work.WorkQueue"/>).</summary>
    public required string Queue { get; set; }

    /// <summary>Device time that it is expected to take: what shares are reckoned in.</summary>
    public double ExpectedSeconds { get; set; } = 30;

    /// <summary>What has to be fetched for it: a device that has it already goes first.</summary>
    public string? Artifact { get; set; }

    /// <summary>The only device that may do it.</summary>
    public Guid? DeviceId { get; set; }
    public string? IsaClass { get; set; }
    public string? Provider { get; set; }
    public string? RuntimeVersion { get; set; }

    /// <summary>Number of the newest attempt, 0 before the first: the fencing token.</summary>
    public int Attempt { get; set; }

    /// <summary>Attempts up to this one were forgiven when the work was wanted again.</summary>
    public int RetryBase { get; set; }
    public DateTimeOffset? NotBefore { get; set; }

    /// <summary>Failed here last: another device goes first.</summary>
    public Guid? LastFailedDeviceId { get; set; }

    public Guid? LeasedDeviceId { get; set; }
    public Guid? LeasedSession { get; set; }
    public DateTimeOffset? LeaseUntil { get; set; }
    public string? Doing { get; set; }
    public double? Fraction { get; set; }

    public string? FailureJson { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }
    public required DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>A sweep that needs a work item.</summary>
internal sealed class WorkSweepRow
{
    public required Guid WorkId { get; set; }
    public required Guid SweepId { get; set; }
}

internal sealed class WorkMapping : IEntityTypeConfiguration<WorkRow>
{
    public void Configure(EntityTypeBuilder<WorkRow> table)
    {
        table.ToTable("work_items", t =>
        {
            t.HasCheckConstraint("ck_work_items_kind", "kind in ('Prepare', 'Evaluate', 'Measure')");
            t.HasCheckConstraint("ck_work_items_state", "state in ('Pending', 'Leased', 'Succeeded', 'Failed', 'Cancelled')");
            t.HasCheckConstraint(
                "ck_work_items_lease",
                "(state = 'Leased') = (lease_until is not null) and (state = 'Leased') = (leased_device_id is not null) and (state = 'Leased') = (leased_session is not null)");
            t.HasCheckConstraint("ck_work_items_failure", "(state = 'Failed') = (failure_json is not null)");
            t.HasCheckConstraint("ck_work_items_attempt", "attempt >= 0 and retry_base >= 0 and retry_base <= attempt");
            t.HasCheckConstraint("ck_work_items_measure", "(kind = 'Measure') = (device_id is not null)");
            t.HasCheckConstraint(
                "ck_work_items_evaluate",
                "(kind = 'Evaluate') = (isa_class is not null and provider is not null and runtime_version is not null)");
        });
        table.HasKey(row => row.Id).HasName("pk_work_items");
        table.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
        table.Property(row => row.Key).HasColumnName("key");
        table.Property(row => row.Kind).HasColumnName("kind");
        table.Property(row => row.State).HasColumnName("state");
        table.Property(row => row.Label).HasColumnName("label");
        table.Property(row => row.OrderJson).HasColumnName("order_json");
        table.Property(row => row.QueuedAt).HasColumnName("queued_at");
        table.Property(row => row.Rank).HasColumnName("rank");
        table.Property(row => row.DeviceId).HasColumnName("device_id");
        table.Property(row => row.IsaClass).HasColumnName("isa_class");
        table.Property(row => row.Provider).HasColumnName("provider");
        table.Property(row => row.RuntimeVersion).HasColumnName("runtime_version");
        table.Property(row => row.Attempt).HasColumnName("attempt");
        table.Property(row => row.RetryBase).HasColumnName("retry_base");
        table.Property(row => row.NotBefore).HasColumnName("not_before");
        table.Property(row => row.LastFailedDeviceId).HasColumnName("last_failed_device_id");
        table.Property(row => row.LeasedDeviceId).HasColumnName("leased_device_id");
        table.Property(row => row.LeasedSession).HasColumnName("leased_session");
        table.Property(row => row.LeaseUntil).HasColumnName("lease_until");
        table.Property(row => row.Doing).HasColumnName("doing");
        table.Property(row => row.Fraction).HasColumnName("fraction");
        table.Property(row => row.FailureJson).HasColumnName("failure_json");
        table.Property(row => row.Project).HasColumnName("project").HasDefaultValue("default");
        table.Property(row => row.Priority).HasColumnName("priority").HasDefaultValue(PriorityClass.Normal).HasSentinel((PriorityClass)(-1));
        table.Property(row => row.Queue).HasColumnName("queue").HasDefaultValue("any");
        table.Property(row => row.ExpectedSeconds).HasColumnName("expected_seconds").HasDefaultValue(30.0);
        table.Property(row => row.Artifact).HasColumnName("artifact");
        table.Property(row => row.CreatedAt).HasColumnName("created_at");
        table.Property(row => row.UpdatedAt).HasColumnName("updated_at");
        table.HasOne<DeviceRow>().WithMany().HasForeignKey(row => row.DeviceId).HasConstraintName("fk_work_items_device").OnDelete(DeleteBehavior.Restrict);
        table.HasIndex(row => row.Key, "ux_work_items_key").IsUnique();

        // At most one live lease for a device, whatever the code above it does.
        table.HasIndex(row => row.LeasedDeviceId, "ux_work_items_leased_device").IsUnique().HasFilter("leased_device_id is not null");
        table.HasIndex(row => new { row.QueuedAt, row.Rank }, "ix_work_items_pending").HasFilter("state = 'Pending'");
        table.HasIndex(row => new { row.Queue, row.Project, row.Priority, row.QueuedAt, row.Rank, row.Id }, "ix_work_items_ready").HasFilter("state = 'Pending'");
        table.HasIndex(row => row.LeaseUntil, "ix_work_items_lease_until").HasFilter("state = 'Leased'");
    }
}

internal sealed class WorkSweepMapping : IEntityTypeConfiguration<WorkSweepRow>
{
    public void Configure(EntityTypeBuilder<WorkSweepRow> table)
    {
        table.ToTable("work_sweeps");
        table.HasKey(row => new { row.WorkId, row.SweepId }).HasName("pk_work_sweeps");
        table.Property(row => row.WorkId).HasColumnName("work_id");
        table.Property(row => row.SweepId).HasColumnName("sweep_id");
        table.HasOne<WorkRow>().WithMany().HasForeignKey(row => row.WorkId).HasConstraintName("fk_work_sweeps_work").OnDelete(DeleteBehavior.Restrict);
        table.HasOne<SweepRow>().WithMany().HasForeignKey(row => row.SweepId).HasConstraintName("fk_work_sweeps_sweep").OnDelete(DeleteBehavior.Restrict);
        table.HasIndex(row => row.SweepId, "ix_work_sweeps_sweep");
    }
}
