using BenchFleet.Core.Access;
using BenchFleet.Core.Hashing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BenchFleet.Storage.Model;

internal sealed class ApiKeyRow
{
    public required Guid Id { get; set; }
    public required string Project { get; set; }
    public required Role Role { get; set; }

    /// <summary>For people: whose it is, what it is for.</summary>
    public required string Name { get; set; }
    public required ContentHash SecretHash { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
    public DateTimeOffset? LastUsedAt { get; set; }
}

internal sealed class ApiKeyMapping : IEntityTypeConfiguration<ApiKeyRow>
{
    public void Configure(EntityTypeBuilder<ApiKeyRow> table)
    {
        table.ToTable("api_keys", t => t.HasCheckConstraint("ck_api_keys_role", "role in ('Viewer', 'Submitter', 'Operator', 'Admin')"));
        table.HasKey(row => row.Id).HasName("pk_api_keys");
        table.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
        table.Property(row => row.Project).HasColumnName("project");
        table.Property(row => row.Role).HasColumnName("role");
        table.Property(row => row.Name).HasColumnName("name");
        table.Property(row => row.SecretHash).HasColumnName("secret_hash");
        table.Property(row => row.CreatedAt).HasColumnName("created_at");
        table.Property(row => row.ExpiresAt).HasColumnName("expires_at");
        table.Property(row => row.RevokedAt).HasColumnName("revoked_at");
        table.Property(row => row.LastUsedAt).HasColumnName("last_used_at");
        table.HasOne<ProjectRow>().WithMany().HasForeignKey(row => row.Project).HasConstraintName("fk_api_keys_project").OnDelete(DeleteBehavior.Restrict);
        table.HasIndex(row => row.Project, "ix_api_keys_project");
    }
}
