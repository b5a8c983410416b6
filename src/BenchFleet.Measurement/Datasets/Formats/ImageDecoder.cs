using BenchFleet.Measurement.Sessions;
using BenchFleet.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace BenchFleet.Measurement.Datasets.Formats;

/// <summary>
/// JPEG and PNG to RGB bytes [height, width, 3] by the DecodeImage operator of ONNX Runtime extensions, the decoder that models deployed
/// with ONNX Runtime use themselves. The operator gives BGR unless it is told otherwise: a wrong order would cost accuracy silently.
/// </summary>
internal static class ImageDecoder
{
    private const string Domain = "com.microsoft.extensions";
    private const long LargestPixels = 100_000_000;
    private const long LargestFile = 256 << 20;

    private static readonly Lazy<InferenceSession> Session = new(CreateSession);
    private static readonly RunOptions Run = new();

    public static OnnxTensor Decode(string path)
    {
        var name = Path.GetFileName(path);
        if (new FileInfo(path).Length > LargestFile) throw new InvalidDataException($"'{name}' is larger than 256 MiB.");
        return Decode(File.ReadAllBytes(path), $"'{name}'");
    }

    public static OnnxTensor Decode(byte[] file, string where)
    {
        if (ImageHeader.Read(file) is not ({ } width, { } height))
            throw new InvalidDataException($"{where} is neither a JPEG nor a PNG image.");
        if (width < 1 || height < 1 || (long)width * height > LargestPixels)
            throw new InvalidDataException($"{where} is {width} x {height} pixels, where up to {LargestPixels} pixels are read.");
        try
        {
            using var input = OrtValue.CreateTensorValueFromMemory(file, [file.Length]);
            using var outputs = Session.Value.Run(Run, ["file"], [input], ["pixels"]);
            return OnnxTensor.FromBytes(
                "", ElementType.UInt8, outputs[0].GetTensorTypeAndShape().Shape, outputs[0].GetTensorDataAsSpan<byte>().ToArray());
        }
        catch (OnnxRuntimeException fault)
        {
            throw new InvalidDataException($"{where} cannot be decoded: {fault.Message.ReplaceLineEndings(" ")}", fault);
        }
    }

    private static InferenceSession CreateSession()
    {
        OnnxRuntimeLibrary.Register();
        var decode = new OnnxNode("DecodeImage", ["file"], ["pixels"], "decode", Domain);
        decode.Attributes.Set("color_space", "rgb");
        using var model = new OnnxModel(new OnnxGraph
        {
            Name = "decode",
            Nodes = [decode],
            Inputs = [new ValueInfo("file", ElementType.UInt8, Shape.Of(Dim.Named("bytes")))],
            Outputs = [new ValueInfo("pixels", ElementType.UInt8, Shape.Of(Dim.Named("height"), Dim.Named("width"), 3))],
        })
        { IrVersion = 8 };
        model.OpsetImports[""] = 17;
        model.OpsetImports[Domain] = 1;
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        options.RegisterCustomOpLibrary(ExtensionsLibrary.Path);
        return new InferenceSession(OnnxFile.ToBytes(model), options);
    }
}

/// <summary>The native library of ONNX Runtime extensions, which is copied beside the program.</summary>
internal static class ExtensionsLibrary
{
    public static string Path => System.IO.Path.Combine(AppContext.BaseDirectory, Name);

    private static string Name =>
        OperatingSystem.IsWindows() ? "ortextensions.dll" : OperatingSystem.IsMacOS() ? "libortextensions.dylib" : "libortextensions.so";
}
