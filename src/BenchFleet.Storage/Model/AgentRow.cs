using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BenchFleet.Storage.Model;

internal sealed class AgentRow
{
    public required Guid Id { get; set; }
    public required string Name { get; set; }

    /// <summary>The process that speaks for the agent now; every other one is a ghost.</summary>
    public required Guid Session { get; set; }
    public required string Version { get; set; }
    public required DateTimeOffset RegisteredAt { get; set; }
    public required DateTimeOffset LastSeenAt { get; set; }
}

internal sealed class AgentMapping : IEntityTypeConfiguration<AgentRow>
{
    public void Configure(EntityTypeBuilder<AgentRow> table)
    {
        table.ToTable("agents");
        table.HasKey(row => row.Id).HasName("pk_agents");
        table.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
        table.Property(row => row.Name).HasColumnName("name");
        table.Property(row => row.Session).HasColumnName("session");
        table.Property(row => row.Version).HasColumnName("version");
        table.Property(row => row.RegisteredAt).HasColumnName("registered_at");
        table.Property(row => row.LastSeenAt).HasColumnName("last_seen_at");
        table.HasIndex(row => row.Name, "ux_agents_name").IsUnique();
    }
}
