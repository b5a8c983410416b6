using BenchFleet.Core.Devices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BenchFleet.Storage.Model;

/// <summary>A person has taken an agent or a device out of service; gone when it is readmitted.</summary>
internal sealed class HoldRow
{
    /// <summary>Id of the agent or device.</summary>
    public required Guid Subject { get; set; }
    public required HoldKind Kind { get; set; }
    public required string Reason { get; set; }
    public required DateTimeOffset Since { get; set; }
}

internal sealed class HoldMapping : IEntityTypeConfiguration<HoldRow>
{
    public void Configure(EntityTypeBuilder<HoldRow> table)
    {
        table.ToTable("holds", t => t.HasCheckConstraint("ck_holds_kind", "kind in ('Drained', 'Quarantined')"));
        table.HasKey(row => row.Subject).HasName("pk_holds");
        table.Property(row => row.Subject).HasColumnName("subject").ValueGeneratedNever();
        table.Property(row => row.Kind).HasColumnName("kind");
        table.Property(row => row.Reason).HasColumnName("reason");
        table.Property(row => row.Since).HasColumnName("since");
    }
}
