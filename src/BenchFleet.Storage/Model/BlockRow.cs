using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BenchFleet.Storage.Model;

/// <summary>A block that was committed whole, and so counts.</summary>
internal sealed class BlockRow
{
    public required Guid Id { get; set; }
    public required Guid SweepId { get; set; }
    public required Guid WorkId { get; set; }
    public required int Attempt { get; set; }
    public required Guid DeviceId { get; set; }
    public required int DeviceEpoch { get; set; }
    public required int Round { get; set; }
    public required DateTimeOffset CommittedAt { get; set; }
}

internal sealed class BlockMapping : IEntityTypeConfiguration<BlockRow>
{
    public void Configure(EntityTypeBuilder<BlockRow> table)
    {
        table.ToTable("blocks", t => t.HasCheckConstraint("ck_blocks_round", "round >= 1"));
        table.HasKey(row => row.Id).HasName("pk_blocks");
        table.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
        table.Property(row => row.SweepId).HasColumnName("sweep_id");
        table.Property(row => row.WorkId).HasColumnName("work_id");
        table.Property(row => row.Attempt).HasColumnName("attempt");
        table.Property(row => row.DeviceId).HasColumnName("device_id");
        table.Property(row => row.DeviceEpoch).HasColumnName("device_epoch");
        table.Property(row => row.Round).HasColumnName("round");
        table.Property(row => row.CommittedAt).HasColumnName("committed_at");
        table.HasOne<SweepRow>().WithMany().HasForeignKey(row => row.SweepId).HasConstraintName("fk_blocks_sweep").OnDelete(DeleteBehavior.Restrict);
        table.HasOne<AttemptRow>().WithMany().HasForeignKey(row => new { row.WorkId, row.Attempt }).HasConstraintName("fk_blocks_attempt").OnDelete(DeleteBehavior.Restrict);
        table.HasIndex(row => row.WorkId, "ux_blocks_work").IsUnique();
        table.HasIndex(row => new { row.WorkId, row.Attempt }, "ix_blocks_attempt");
        table.HasIndex(row => row.SweepId, "ix_blocks_sweep");
    }
}
