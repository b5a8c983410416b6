using System.Security.Cryptography;
using System.Text;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Recipes;
using BenchFleet.Core.Runtime;

namespace BenchFleet.Core.Sweeps;

/// <summary>
/// One cell: a variant under a runtime configuration in a scenario on a device. <paramref name="Control"/> marks the baseline's second
/// label, the A/A control that shows the noise floor.
/// </summary>
public sealed record Trial(
    Guid Id,
    Guid Sweep,
    ContentHash Model,
    Recipe Recipe,
    ContentHash Variant,
    RuntimeConfig Runtime,
    Scenario Scenario,
    Guid Device,
    bool Control)
{
    /// <summary>Trials that are measured in the same blocks and may be ranked together.</summary>
    public BoardKey Board => new(Sweep, Model, Scenario, Runtime.Batch, Device);

    public string Label => Control ? "A/A control" : $"{Recipe.Text} · {Runtime.Label}";

    /// <summary>Named after what it is, so that expanding a sweep twice makes the same trials.</summary>
    public static Guid IdOf(Guid sweep, ContentHash model, Recipe recipe, RuntimeConfig runtime, Scenario scenario, Guid device, bool control)
    {
        var text = $"{sweep:N}/{model}/{recipe.Hash}/{runtime.Hash}/{scenario}/{device:N}/{control}";
        return new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }
}

/// <summary>The comparability key inside a sweep: what must be equal for two trials to share blocks and a leaderboard.</summary>
public sealed record BoardKey(Guid Sweep, ContentHash Model, Scenario Scenario, int Batch, Guid Device);
