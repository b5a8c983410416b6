using BenchFleet.Core.Devices;

namespace BenchFleet.Contracts.Devices;

/// <param name="Epoch">Raised when the fingerprint changes: results of different epochs are not ranked together.</param>
/// <param name="Online">Its agent was heard of within the last lease time.</param>
/// <param name="Doing">What it does now, in words, or null.</param>
public sealed record DeviceView(Guid Id, string Name, string Agent, string Class, int Epoch, bool Online, DateTimeOffset LastSeen, string? Doing, DeviceFacts Facts);
