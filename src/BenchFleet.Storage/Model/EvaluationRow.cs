using BenchFleet.Core.Hashing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BenchFleet.Storage.Model;

/// <summary>Accuracy and fidelity under the key they were asked for; the record has what the runtime itself reported.</summary>
internal sealed class EvaluationRow
{
    /// <summary>In place of a dataset's hash where inputs were generated: a key column cannot be null.</summary>
    public const string Generated = "generated";

    public required ContentHash VariantKey { get; set; }
    public required string IsaClass { get; set; }
    public required string Provider { get; set; }
    public required string RuntimeVersion { get; set; }
    public required string Dataset { get; set; }
    public required int SampleCount { get; set; }
    public required string RecordJson { get; set; }
    public required Guid DeviceId { get; set; }
    public required DateTimeOffset MadeAt { get; set; }
}

internal sealed class EvaluationMapping : IEntityTypeConfiguration<EvaluationRow>
{
    public void Configure(EntityTypeBuilder<EvaluationRow> table)
    {
        table.ToTable("evaluations", t => t.HasCheckConstraint("ck_evaluations_samples", "sample_count >= 0"));
        table.HasKey(row => new { row.VariantKey, row.IsaClass, row.Provider, row.RuntimeVersion, row.Dataset, row.SampleCount }).HasName("pk_evaluations");
        table.Property(row => row.VariantKey).HasColumnName("variant_key");
        table.Property(row => row.IsaClass).HasColumnName("isa_class");
        table.Property(row => row.Provider).HasColumnName("provider");
        table.Property(row => row.RuntimeVersion).HasColumnName("runtime_version");
        table.Property(row => row.Dataset).HasColumnName("dataset");
        table.Property(row => row.SampleCount).HasColumnName("sample_count");
        table.Property(row => row.RecordJson).HasColumnName("record_json");
        table.Property(row => row.DeviceId).HasColumnName("device_id");
        table.Property(row => row.MadeAt).HasColumnName("made_at");
    }
}
