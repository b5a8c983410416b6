using BenchFleet.Core.Hashing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BenchFleet.Storage.Model;

/// <summary>A variant that was made. One that is being made, or could not be, is known by its work item alone.</summary>
internal sealed class VariantRow
{
    public required ContentHash Key { get; set; }
    public required ContentHash Model { get; set; }
    public required string RecipeJson { get; set; }
    public required string BundleJson { get; set; }
    public required string ReportJson { get; set; }
    public required DateTimeOffset MadeAt { get; set; }
}

internal sealed class VariantMapping : IEntityTypeConfiguration<VariantRow>
{
    public void Configure(EntityTypeBuilder<VariantRow> table)
    {
        table.ToTable("variants");
        table.HasKey(row => row.Key).HasName("pk_variants");
        table.Property(row => row.Key).HasColumnName("key").ValueGeneratedNever();
        table.Property(row => row.Model).HasColumnName("model");
        table.Property(row => row.RecipeJson).HasColumnName("recipe_json");
        table.Property(row => row.BundleJson).HasColumnName("bundle_json");
        table.Property(row => row.ReportJson).HasColumnName("report_json");
        table.Property(row => row.MadeAt).HasColumnName("made_at");
    }
}
