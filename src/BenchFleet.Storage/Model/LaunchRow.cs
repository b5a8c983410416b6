using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BenchFleet.Storage.Model;

/// <summary>A launch of a committed block: its figures in columns, everything else of its measurement beside them.</summary>
internal sealed class LaunchRow
{
    public required Guid BlockId { get; set; }
    public required int Position { get; set; }
    public required Guid TrialId { get; set; }
    public string? FailureJson { get; set; }
    public int? Count { get; set; }
    public double? P50Ns { get; set; }
    public double? P90Ns { get; set; }
    public double? P99Ns { get; set; }

    public double? ConservativeP90Ns { get; set; }
    public double? SamplesPerSecond { get; set; }
    public int? SamplesPerQuery { get; set; }
    public int? CallsPerEntry { get; set; }
    public long? LoadNs { get; set; }
    public long? FirstInferenceNs { get; set; }
    public long? PeakRssBytes { get; set; }
    public string? FlagsJson { get; set; }
    public string? EnergyJson { get; set; }

    /// <summary>The measurement without its series.</summary>
    public string? MeasurementJson { get; set; }

    /// <summary>The series (see <see cref="Measurements.NanosecondCodec"/>). Last, so that reading the figures never pages it in.</summary>
    public byte[]? LatenciesNs { get; set; }
}

internal sealed class LaunchMapping : IEntityTypeConfiguration<LaunchRow>
{
    public void Configure(EntityTypeBuilder<LaunchRow> table)
    {
        table.ToTable("launches", t =>
        {
            t.HasCheckConstraint("ck_launches_position", "position >= 0");
            t.HasCheckConstraint(
                "ck_launches_outcome",
                "(failure_json is null) = (measurement_json is not null) and (measurement_json is null) = (latencies_ns is null) and (measurement_json is null) = (p50_ns is null)");
        });
        table.HasKey(row => new { row.BlockId, row.Position }).HasName("pk_launches");
        table.Property(row => row.BlockId).HasColumnName("block_id");
        table.Property(row => row.Position).HasColumnName("position");
        table.Property(row => row.TrialId).HasColumnName("trial_id");
        table.Property(row => row.FailureJson).HasColumnName("failure_json");
        table.Property(row => row.Count).HasColumnName("count");
        table.Property(row => row.P50Ns).HasColumnName("p50_ns");
        table.Property(row => row.P90Ns).HasColumnName("p90_ns");
        table.Property(row => row.P99Ns).HasColumnName("p99_ns");
        table.Property(row => row.ConservativeP90Ns).HasColumnName("conservative_p90_ns");
        table.Property(row => row.SamplesPerSecond).HasColumnName("samples_per_second");
        table.Property(row => row.SamplesPerQuery).HasColumnName("samples_per_query");
        table.Property(row => row.CallsPerEntry).HasColumnName("calls_per_entry");
        table.Property(row => row.LoadNs).HasColumnName("load_ns");
        table.Property(row => row.FirstInferenceNs).HasColumnName("first_inference_ns");
        table.Property(row => row.PeakRssBytes).HasColumnName("peak_rss_bytes");
        table.Property(row => row.FlagsJson).HasColumnName("flags_json");
        table.Property(row => row.EnergyJson).HasColumnName("energy_json");
        table.Property(row => row.MeasurementJson).HasColumnName("measurement_json");
        table.Property(row => row.LatenciesNs).HasColumnName("latencies_ns");
        table.HasOne<BlockRow>().WithMany().HasForeignKey(row => row.BlockId).HasConstraintName("fk_launches_block").OnDelete(DeleteBehavior.Restrict);
        table.HasOne<TrialRow>().WithMany().HasForeignKey(row => row.TrialId).HasConstraintName("fk_launches_trial").OnDelete(DeleteBehavior.Restrict);
        table.HasIndex(row => row.TrialId, "ix_launches_trial");
    }
}
