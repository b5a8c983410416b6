using BenchFleet.Core.Devices;
using BenchFleet.Core.Hashing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BenchFleet.Storage.Model;

internal sealed class DeviceRow
{
    public required Guid Id { get; set; }
    public required Guid AgentId { get; set; }
    public required string Name { get; set; }

    /// <summary>Session that offers it; null when the agent's current process does not.</summary>
    public Guid? Session { get; set; }
    public required int Epoch { get; set; }
    public required ContentHash Fingerprint { get; set; }
    public required string DeviceClass { get; set; }
    public required string IsaClass { get; set; }
    public required string RuntimeVersion { get; set; }
    public required string FactsJson { get; set; }
    public required DateTimeOffset LastSeenAt { get; set; }
    public DeviceHealth Health { get; set; } = DeviceHealth.Healthy;

    /// <summary>Device failures in a row; on probation, clean canaries so far.</summary>
    public int Strikes { get; set; }

    /// <summary>When its health last changed; null: never.</summary>
    public DateTimeOffset? HealthSince { get; set; }

    /// <summary>The only project that may use it; null: every one.</summary>
    public string? ReservedProject { get; set; }
}

internal sealed class DeviceMapping : IEntityTypeConfiguration<DeviceRow>
{
    public void Configure(EntityTypeBuilder<DeviceRow> table)
    {
        table.ToTable("devices", t => t.HasCheckConstraint("ck_devices_epoch", "epoch >= 1"));
        table.HasKey(row => row.Id).HasName("pk_devices");
        table.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
        table.Property(row => row.AgentId).HasColumnName("agent_id");
        table.Property(row => row.Name).HasColumnName("name");
        table.Property(row => row.Session).HasColumnName("session");
        table.Property(row => row.Epoch).HasColumnName("epoch");
        table.Property(row => row.Fingerprint).HasColumnName("fingerprint");
        table.Property(row => row.DeviceClass).HasColumnName("device_class");
        table.Property(row => row.IsaClass).HasColumnName("isa_class");
        table.Property(row => row.RuntimeVersion).HasColumnName("runtime_version");
        table.Property(row => row.FactsJson).HasColumnName("facts_json");
        table.Property(row => row.LastSeenAt).HasColumnName("last_seen_at");
        table.Property(row => row.Health).HasColumnName("health").HasDefaultValue(DeviceHealth.Healthy).HasSentinel((DeviceHealth)(-1));
        table.Property(row => row.Strikes).HasColumnName("strikes").HasDefaultValue(0);
        table.Property(row => row.HealthSince).HasColumnName("health_since");
        table.Property(row => row.ReservedProject).HasColumnName("reserved_project");
        table.HasOne<AgentRow>().WithMany().HasForeignKey(row => row.AgentId).HasConstraintName("fk_devices_agent").OnDelete(DeleteBehavior.Restrict);
        table.HasIndex(row => new { row.AgentId, row.Name }, "ux_devices_agent_name").IsUnique();
    }
}
