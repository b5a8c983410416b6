using BenchFleet.Core.Hashing;
using BenchFleet.Core.Runtime;
using BenchFleet.Core.Sweeps;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace BenchFleet.Storage.Model;

internal sealed class TrialRow
{
    public required Guid Id { get; set; }
    public required Guid SweepId { get; set; }

    /// <summary>Order of expansion: what people see first comes first.</summary>
    public required int Number { get; set; }
    public required ContentHash Model { get; set; }
    public required string RecipeJson { get; set; }
    public required ContentHash VariantKey { get; set; }
    public required string RuntimeJson { get; set; }
    public required Scenario Scenario { get; set; }
    public required Guid DeviceId { get; set; }
    public required bool Control { get; set; }
    public required TrialState State { get; set; }
    public string? FailureJson { get; set; }
}

internal sealed class TrialMapping : IEntityTypeConfiguration<TrialRow>
{
    public void Configure(EntityTypeBuilder<TrialRow> table)
    {
        table.ToTable("trials", t =>
        {
            t.HasCheckConstraint("ck_trials_state", "state in ('Waiting', 'Ready', 'Decided', 'Dominated', 'Failed', 'Cancelled')");
            t.HasCheckConstraint("ck_trials_scenario", "scenario in ('SingleStream', 'MultiStream', 'Server', 'Offline')");
        });
        table.HasKey(row => row.Id).HasName("pk_trials");
        table.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
        table.Property(row => row.SweepId).HasColumnName("sweep_id");
        table.Property(row => row.Number).HasColumnName("number");
        table.Property(row => row.Model).HasColumnName("model");
        table.Property(row => row.RecipeJson).HasColumnName("recipe_json");
        table.Property(row => row.VariantKey).HasColumnName("variant_key");
        table.Property(row => row.RuntimeJson).HasColumnName("runtime_json");
        table.Property(row => row.Scenario).HasColumnName("scenario");
        table.Property(row => row.DeviceId).HasColumnName("device_id");
        table.Property(row => row.Control).HasColumnName("control");
        table.Property(row => row.State).HasColumnName("state");
        table.Property(row => row.FailureJson).HasColumnName("failure_json");
        table.HasOne<SweepRow>().WithMany().HasForeignKey(row => row.SweepId).HasConstraintName("fk_trials_sweep").OnDelete(DeleteBehavior.Restrict);
        table.HasOne<DeviceRow>().WithMany().HasForeignKey(row => row.DeviceId).HasConstraintName("fk_trials_device").OnDelete(DeleteBehavior.Restrict);
        table.HasIndex(row => new { row.SweepId, row.Number }, "ux_trials_sweep_number").IsUnique();
    }
}
