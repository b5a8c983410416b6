namespace BenchFleet.Onnx;

public static partial class OnnxFile
{
    /// <summary>
    /// Writes the model, weights streamed. Files appear under their names only when complete, so a model may be saved over the file it was
    /// read from (on Windows, which does not replace a mapped file, only under another name). I/O faults (a full disk) are thrown as they come.
    /// </summary>
    public static void Save(OnnxModel model, string path, SaveOptions? options = null)
    {
        options ??= SaveOptions.Default;
        var plan = Plan(options.ExternalDataThreshold);
        var content = new ModelWriter(plan).Write(model);
        if (content.Length > options.InlineLimit && plan is null)
            content = new ModelWriter(plan = Plan(1024)).Write(model);
        if (plan is { IsEmpty: false })
            WriteFile(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, DataFile()), plan.WriteWeights);
        WriteFile(path, content.CopyTo);

        ExternalPlan? Plan(long? threshold) => threshold is { } bytes ? new ExternalPlan(DataFile(), bytes) : null;
        string DataFile() => options.ExternalDataFile ?? Path.GetFileName(path) + ".data";
    }

    /// <summary>Writes the model with all weights inline.</summary>
    public static void Write(OnnxModel model, Stream stream) => new ModelWriter().Write(model).CopyTo(stream);

    public static byte[] ToBytes(OnnxModel model)
    {
        var content = new ModelWriter().Write(model);
        var bytes = GC.AllocateUninitializedArray<byte>(checked((int)content.Length));
        content.CopyTo(new MemoryStream(bytes));
        return bytes;
    }

    private static void WriteFile(string path, Action<Stream> write)
    {
        var partial = path + ".partial";
        try
        {
            using (var stream = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
                write(stream);
            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
