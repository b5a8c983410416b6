using System.Collections.Immutable;
using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Graph;
using BenchFleet.Compression.Graph.Opsets;
using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Quantization;
using BenchFleet.Core.Evaluation;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Recipes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Recipes;

/// <summary>
/// One recipe on one model. The operator set is raised once, first, to what the neediest pass wants; samples are run through the model as
/// it stands before the pass that asks for them. Each pass is held to its contract: what it requires, what it ensures, and that the checker
/// has nothing against its output that it did not have before.
/// </summary>
internal sealed class RecipeRun(
    Recipe recipe,
    Func<IEnumerable<IReadOnlyDictionary<string, OnnxTensor>>>? calibration,
    CalibrationRecord? record,
    Action<string, double>? progress,
    CancellationToken cancellation)
{
    private readonly ImmutableArray<PassFinding>.Builder _findings = ImmutableArray.CreateBuilder<PassFinding>();
    private readonly List<string> _done = [];
    private readonly SortedDictionary<int, CalibrationStatistics> _learned = [];
    private readonly WeightLineage _lineage = new();

    /// <summary>The newest model without integer operators: a clone, which costs its structure but no weights.</summary>
    private OnnxModel? _float;

    public CompressionResult On(OnnxModel original)
    {
        if (record is { Recipe.Length: > 0 } && record.Recipe != recipe.Text)
            return Refuse("statistics.misfit", $"the statistics were made for the recipe '{record.Recipe}', not for '{recipe.Text}'");
        if (recipe.IsBaseline) return new CompressionResult.Compressed(original.Clone(), [], null);
        if (Errors(original).FirstOrDefault() is { } error) return Refuse("model.invalid", $"the model is not valid: {error}");

        var passes = recipe.Steps.Select(PassFactory.Create).ToList();
        var (model, refusal) = Prepare(original, passes);
        foreach (var pass in passes)
        {
            if (refusal is not null) break;
            cancellation.ThrowIfCancellationRequested();
            progress?.Invoke(pass.Name, (double)_done.Count / passes.Count);
            (model, refusal) = Step(model!, pass);
            _done.Add(pass.Name);
        }

        _float?.Dispose();
        return refusal is null
            ? new CompressionResult.Compressed(model!, _findings.ToImmutable(), Record()) { Lineage = _lineage.ToImmutable() }
            : refusal;
    }

    private (OnnxModel? Model, CompressionResult.Refused? Refusal) Prepare(OnnxModel original, List<IPass> passes)
    {
        var model = original.Clone();
        var fixedInputs = ConstantInputs.Fix(model);
        if (fixedInputs > 0) Note("info", $"{fixedInputs} weights were also inputs of the graph; they are constants now");

        var wanted = passes.Max(pass => pass.LeastOpset);
        var version = model.OpsetImports[""];
        switch (OpsetUpgrade.To(model, wanted))
        {
            case UpgradeResult.Refused(var reason):
                return (null, Refuse("opset.too-old", reason));
            case UpgradeResult.Upgraded(var raised):
                if (!ReferenceEquals(raised, model)) Note("info", $"the operator set was raised from {version} to {wanted}");
                if (!ReferenceEquals(raised, model)) _lineage.Add(0, "operator set", model, raised);
                return (Checked(model, raised, "the raise of the operator set"), null);
            default:
                throw new InvalidOperationException("An upgrade succeeds or is refused.");
        }
    }

    private (OnnxModel? Model, CompressionResult.Refused? Refusal) Step(OnnxModel model, IPass pass)
    {
        if (pass.Requires(model) is { } unmet) return (null, Refuse("pass.not-applicable", Sentence(pass, unmet)));
        var (statistics, failure) = pass.Request(model) is { } request ? Calibrate(model, pass, request) : (null, null);
        if (failure is not null) return (null, failure);

        Remember(model);
        var context = new PassContext(statistics, recipe.Seed, calibration, _float, cancellation);
        switch (pass.Apply(model, context))
        {
            case PassResult.Refused(var reason):
                return (null, Refuse("pass.not-applicable", Sentence(pass, reason)));
            case PassResult.Applied applied:
                if (context.Learned is { } learned) _learned[_done.Count] = learned;
                _findings.AddRange(applied.Findings);
                if (!applied.Changed) return (model, null);
                if (pass.Ensures(model, applied.Model) is { } broken) throw Broken(pass.Name, broken);
                _lineage.Add(_done.Count + 1, pass.Name, model, applied.Model);
                return (Checked(model, applied.Model, pass.Name), null);
            default:
                throw new InvalidOperationException("A pass is applied or refused.");
        }
    }

    /// <summary>What a pass asked for of the model as it stands: recorded earlier, or seen now.</summary>
    private (CalibrationStatistics? Statistics, CompressionResult.Refused? Failure) Calibrate(OnnxModel model, IPass pass, CalibrationRequest request)
    {
        if (record?.Steps.GetValueOrDefault(_done.Count) is { } known) return (known, null);
        if (calibration is null) return (null, Refuse("calibration.missing", $"{pass.Name} needs calibration samples and none were given"));
        if (request.IsEmpty) return (null, null);
        return Calibrator.Run(model, calibration, request, cancellation) switch
        {
            CalibrationResult.Calibrated(var found) => (found, null),
            CalibrationResult.Failed(var reason) => (null, Refuse("calibration.failed", $"{pass.Name} cannot be calibrated: {reason}")),
            _ => throw new InvalidOperationException("A calibration succeeds or fails."),
        };
    }

    private void Remember(OnnxModel model)
    {
        if (AlreadyQuantized.Reason(model) is not null) return;
        _float?.Dispose();
        _float = model.Clone();
    }

    private CalibrationRecord? Record() => _learned.Count == 0 ? null : new(_learned.ToImmutableSortedDictionary()) { Recipe = recipe.Text };

    /// <summary>
    /// The model, when the checker has nothing new against it; what it was made from is done with. A new error is a bug of its maker.
    /// </summary>
    private OnnxModel Checked(OnnxModel before, OnnxModel after, string maker)
    {
        if (ReferenceEquals(before, after)) return after;
        var known = Errors(before).ToHashSet(StringComparer.Ordinal);
        if (Errors(after).FirstOrDefault(error => !known.Contains(error)) is { } error) throw Broken(maker, error);
        before.Dispose();
        return after;
    }

    private InvalidOperationException Broken(string maker, string what) =>
        new($"{maker} broke the model{(_done.Count == 0 ? "" : $" after {string.Join(", ", _done)}")}: {what}");

    private string Sentence(IPass pass, string reason) =>
        $"{pass.Name} does not apply{(_done.Count == 0 ? "" : $" after {string.Join(", ", _done)}")}: {reason}";

    private void Note(string severity, string message) => _findings.Add(new PassFinding("recipe", severity, "", message));

    private static CompressionResult.Refused Refuse(string code, string message) => new(new Failure(FailureKind.User, code, message));

    private static IEnumerable<string> Errors(OnnxModel model) =>
        OnnxChecker.Check(model)
            .Where(finding => finding.Severity == Severity.Error)
            .Select(finding => $"{finding.Where}: {finding.Message}");
}
