using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("BenchFleet.Onnx.Tests")]
[assembly: InternalsVisibleTo("BenchFleet.Compression.Benchmarks")]
