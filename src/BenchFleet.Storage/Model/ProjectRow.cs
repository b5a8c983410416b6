using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BenchFleet.Storage.Model;

/// <summary>A team that shares the server. Its share of device time is a <see cref="ProjectQuotaRow"/>.</summary>
internal sealed class ProjectRow
{
    public required string Name { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }
}

internal sealed class ProjectMapping : IEntityTypeConfiguration<ProjectRow>
{
    public void Configure(EntityTypeBuilder<ProjectRow> table)
    {
        table.ToTable("projects");
        table.HasKey(row => row.Name).HasName("pk_projects");
        table.Property(row => row.Name).HasColumnName("name").ValueGeneratedNever();
        table.Property(row => row.CreatedAt).HasColumnName("created_at");
    }
}
