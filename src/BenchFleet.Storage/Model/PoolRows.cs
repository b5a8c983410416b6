using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BenchFleet.Storage.Model;

/// <summary>Who owns a pool shard: raised by every activation, checked by every batch that an owner writes.</summary>
internal sealed class PoolEpochRow
{
    public required string Key { get; set; }
    public required long Epoch { get; set; }
    public required DateTimeOffset ActivatedAt { get; set; }
}

/// <summary>What a project may have. A project without a row has weight 1 and no limit.</summary>
internal sealed class ProjectQuotaRow
{
    public required string Project { get; set; }
    public required double Weight { get; set; }

    /// <summary>Null: no limit.</summary>
    public double? DeviceSeconds { get; set; }
}

/// <summary>Device time that a project has had from one pool shard: a row has one writer, so no two shards wait for each other here.</summary>
internal sealed class ProjectUsageRow
{
    public required string Project { get; set; }
    public required string Pool { get; set; }
    public required double UsedSeconds { get; set; }
}

internal sealed class PoolEpochMapping : IEntityTypeConfiguration<PoolEpochRow>
{
    public void Configure(EntityTypeBuilder<PoolEpochRow> table)
    {
        table.ToTable("pool_epochs", t => t.HasCheckConstraint("ck_pool_epochs_epoch", "epoch >= 1"));
        table.HasKey(row => row.Key).HasName("pk_pool_epochs");
        table.Property(row => row.Key).HasColumnName("key");
        table.Property(row => row.Epoch).HasColumnName("epoch");
        table.Property(row => row.ActivatedAt).HasColumnName("activated_at");
    }
}

internal sealed class ProjectQuotaMapping : IEntityTypeConfiguration<ProjectQuotaRow>
{
    public void Configure(EntityTypeBuilder<ProjectQuotaRow> table)
    {
        table.ToTable("project_quotas", t =>
        {
            t.HasCheckConstraint("ck_project_quotas_weight", "weight > 0");
            t.HasCheckConstraint("ck_project_quotas_device_seconds", "device_seconds >= 0");
        });
        table.HasKey(row => row.Project).HasName("pk_project_quotas");
        table.Property(row => row.Project).HasColumnName("project");
        table.Property(row => row.Weight).HasColumnName("weight");
        table.Property(row => row.DeviceSeconds).HasColumnName("device_seconds");
    }
}

internal sealed class ProjectUsageMapping : IEntityTypeConfiguration<ProjectUsageRow>
{
    public void Configure(EntityTypeBuilder<ProjectUsageRow> table)
    {
        table.ToTable("project_usage");
        table.HasKey(row => new { row.Project, row.Pool }).HasName("pk_project_usage");
        table.Property(row => row.Project).HasColumnName("project");
        table.Property(row => row.Pool).HasColumnName("pool");
        table.Property(row => row.UsedSeconds).HasColumnName("used_seconds");
    }
}
