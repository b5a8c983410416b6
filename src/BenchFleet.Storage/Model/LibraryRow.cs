using BenchFleet.Core.Hashing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BenchFleet.Storage.Model;

internal enum LibraryKind
{
    Model,
    Dataset,
}

internal sealed class LibraryRow
{
    public required string Project { get; set; }
    public required LibraryKind Kind { get; set; }
    public required string Name { get; set; }
    public required ContentHash Hash { get; set; }
    public required string BundleJson { get; set; }
    public required string SummaryJson { get; set; }
    public required DateTimeOffset AddedAt { get; set; }
}

internal sealed class LibraryMapping : IEntityTypeConfiguration<LibraryRow>
{
    public void Configure(EntityTypeBuilder<LibraryRow> table)
    {
        table.ToTable("library_entries", t => t.HasCheckConstraint("ck_library_entries_kind", "kind in ('Model', 'Dataset')"));
        table.HasKey(row => new { row.Project, row.Kind, row.Name }).HasName("pk_library_entries");
        table.Property(row => row.Project).HasColumnName("project");
        table.Property(row => row.Kind).HasColumnName("kind");
        table.Property(row => row.Name).HasColumnName("name");
        table.Property(row => row.Hash).HasColumnName("hash");
        table.Property(row => row.BundleJson).HasColumnName("bundle_json");
        table.Property(row => row.SummaryJson).HasColumnName("summary_json");
        table.Property(row => row.AddedAt).HasColumnName("added_at");
        table.HasOne<ProjectRow>().WithMany().HasForeignKey(row => row.Project).HasConstraintName("fk_library_entries_project").OnDelete(DeleteBehavior.Restrict);
        table.HasIndex(row => new { row.Project, row.Kind, row.Hash }, "ix_library_entries_hash");
    }
}
