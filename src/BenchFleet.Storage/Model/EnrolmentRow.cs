using BenchFleet.Core.Hashing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BenchFleet.Storage.Model;

/// <summary>A token that lets one agent in, once.</summary>
internal sealed class EnrolmentTokenRow
{
    public required Guid Id { get; set; }
    public required string Name { get; set; }
    public required ContentHash SecretHash { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }
    public required DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? UsedAt { get; set; }

    /// <summary>The credential that was given for it.</summary>
    public Guid? UsedBy { get; set; }
}

internal sealed class AgentCredentialRow
{
    public required Guid Id { get; set; }
    public required Guid AgentId { get; set; }
    public required ContentHash SecretHash { get; set; }
    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>The credential that this one takes the place of, which ends when this one is first used.</summary>
    public Guid? Replaces { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
    public DateTimeOffset? LastUsedAt { get; set; }
}

internal sealed class EnrolmentTokenMapping : IEntityTypeConfiguration<EnrolmentTokenRow>
{
    public void Configure(EntityTypeBuilder<EnrolmentTokenRow> table)
    {
        table.ToTable("enrolment_tokens", t => t.HasCheckConstraint("ck_enrolment_tokens_used", "(used_at is null) = (used_by is null)"));
        table.HasKey(row => row.Id).HasName("pk_enrolment_tokens");
        table.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
        table.Property(row => row.Name).HasColumnName("name");
        table.Property(row => row.SecretHash).HasColumnName("secret_hash");
        table.Property(row => row.CreatedAt).HasColumnName("created_at");
        table.Property(row => row.ExpiresAt).HasColumnName("expires_at");
        table.Property(row => row.UsedAt).HasColumnName("used_at");
        table.Property(row => row.UsedBy).HasColumnName("used_by");
    }
}

internal sealed class AgentCredentialMapping : IEntityTypeConfiguration<AgentCredentialRow>
{
    public void Configure(EntityTypeBuilder<AgentCredentialRow> table)
    {
        table.ToTable("agent_credentials");
        table.HasKey(row => row.Id).HasName("pk_agent_credentials");
        table.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
        table.Property(row => row.AgentId).HasColumnName("agent_id");
        table.Property(row => row.SecretHash).HasColumnName("secret_hash");
        table.Property(row => row.CreatedAt).HasColumnName("created_at");
        table.Property(row => row.Replaces).HasColumnName("replaces");
        table.Property(row => row.RevokedAt).HasColumnName("revoked_at");
        table.Property(row => row.LastUsedAt).HasColumnName("last_used_at");
        table.HasOne<AgentRow>().WithMany().HasForeignKey(row => row.AgentId).HasConstraintName("fk_agent_credentials_agent").OnDelete(DeleteBehavior.Restrict);
        table.HasIndex(row => row.AgentId, "ix_agent_credentials_agent");
    }
}
