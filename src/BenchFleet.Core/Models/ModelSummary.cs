using System.Collections.Immutable;

namespace BenchFleet.Core.Models;

/// <summary>A graph input or output. <paramref name="Shape"/> has numbers for fixed, names for symbolic and '?' for unknown dimensions.</summary>
public sealed record TensorSummary(string Name, string ElementType, ImmutableArray<string> Shape);

/// <summary>What <c>inspect</c> prints of a model, and the server keeps of it.</summary>
/// <param name="Operators">Count by operator type, domains other than ai.onnx as prefix.</param>
/// <param name="Flops">Floating-point operations of one inference (2 per multiply-add), or null where shapes are not known.</param>
public sealed record ModelSummary(
    long IrVersion,
    ImmutableSortedDictionary<string, long> Opsets,
    string Producer,
    ImmutableArray<TensorSummary> Inputs,
    ImmutableArray<TensorSummary> Outputs,
    ImmutableSortedDictionary<string, int> Operators,
    long Parameters,
    long SizeBytes,
    long? Flops,
    bool AlreadyQuantized);
