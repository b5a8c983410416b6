using BenchFleet.Core.Artifacts;
using BenchFleet.Core.Models;
using BenchFleet.Onnx;
using BenchFleet.Storage.Artifacts;

namespace BenchFleet.Server.Library;

internal abstract record ModelRead
{
    private ModelRead() { }

    public sealed record Readable(ModelSummary Summary) : ModelRead;

    public sealed record Refused(string Reason) : ModelRead;
}

/// <summary>Reads the model file of a bundle: its first file that ends in .onnx.</summary>
internal sealed class ModelReader(IArtifactStore artifacts, ServerOptions options)
{
    public async Task<ModelRead> Read(Bundle bundle, CancellationToken cancel)
    {
        var file = bundle.Files.OrderBy(file => file.Path, StringComparer.Ordinal)
            .FirstOrDefault(file => file.Path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase));
        if (file is null) return new ModelRead.Refused("The bundle has no file that ends in .onnx.");

        // Under its own name and beside its external data, so that the reader's rules for paths apply as they will on every device.
        var folder = Path.Combine(Path.GetFullPath(options.DataFolder), "staging", Guid.NewGuid().ToString("N"));
        try
        {
            await LayOut(bundle, folder, cancel);
            return Inspect(Path.Combine(folder, file.Path), file.Path, bundle.SizeBytes);
        }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    }

    private static ModelRead Inspect(string path, string name, long sizeBytes)
    {
        switch (OnnxFile.Open(path))
        {
            case OnnxRead.Success success:
                using (success.Model) return new ModelRead.Readable(ModelInspection.Of(success.Model, sizeBytes));
            case OnnxRead.Refused refused:
                return new ModelRead.Refused(refused.Reason.Replace(path, name, StringComparison.Ordinal));
            default:
                throw new InvalidOperationException("A model is read or refused.");
        }
    }

    private async Task LayOut(Bundle bundle, string folder, CancellationToken cancel)
    {
        foreach (var file in bundle.Files)
        {
            if (await artifacts.Open(file.Hash, verify: false, cancel) is not OpenResult.Opened opened) continue;
            await using (opened.Content)
            {
                var target = Path.Combine(folder, file.Path);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                await using var copy = new FileStream(target, FileMode.CreateNew, FileAccess.Write);
                await opened.Content.CopyToAsync(copy, cancel);
            }
        }
    }
}
