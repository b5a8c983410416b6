using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("BenchFleet.Onnx.Tests")]
