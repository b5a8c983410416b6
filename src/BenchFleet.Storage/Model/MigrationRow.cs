using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BenchFleet.Storage.Model;

internal sealed class MigrationRow
{
    public required int Number { get; set; }
    public required string Name { get; set; }
}

internal sealed class MigrationMapping : IEntityTypeConfiguration<MigrationRow>
{
    public void Configure(EntityTypeBuilder<MigrationRow> table)
    {
        table.ToTable("schema_migrations");
        table.HasKey(row => row.Number).HasName("pk_schema_migrations");
        table.Property(row => row.Number).HasColumnName("number").ValueGeneratedNever();
        table.Property(row => row.Name).HasColumnName("name");
    }
}
