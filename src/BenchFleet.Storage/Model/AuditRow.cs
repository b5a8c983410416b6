using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BenchFleet.Storage.Model;

internal sealed class AuditRow
{
    public required Guid Id { get; set; }
    public required DateTimeOffset At { get; set; }

    /// <summary>Key, agent or local user, by name and id; never a secret.</summary>
    public required string Caller { get; set; }
    public required string Project { get; set; }
    public required string Action { get; set; }
    public required string Target { get; set; }
    public required int Status { get; set; }
    public required string Address { get; set; }
}

internal sealed class AuditMapping : IEntityTypeConfiguration<AuditRow>
{
    public void Configure(EntityTypeBuilder<AuditRow> table)
    {
        table.ToTable("audit_log");
        table.HasKey(row => row.Id).HasName("pk_audit_log");
        table.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
        table.Property(row => row.At).HasColumnName("at");
        table.Property(row => row.Caller).HasColumnName("caller");
        table.Property(row => row.Project).HasColumnName("project");
        table.Property(row => row.Action).HasColumnName("action");
        table.Property(row => row.Target).HasColumnName("target");
        table.Property(row => row.Status).HasColumnName("status");
        table.Property(row => row.Address).HasColumnName("address");
        table.HasIndex(row => row.At, "ix_audit_log_at");
    }
}
