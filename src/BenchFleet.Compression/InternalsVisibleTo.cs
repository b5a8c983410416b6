using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("BenchFleet.Compression.Tests")]
[assembly: InternalsVisibleTo("BenchFleet.Compression.Benchmarks")]
