using System.Net;
using System.Net.Sockets;

namespace BenchFleet.Cluster.Membership;

/// <summary>Whether anybody listens at a member's address. A process that hangs does, a host that is gone or a port that is free does not.</summary>
internal static class Doorbell
{
    public static async Task<bool> Answers(IPEndPoint address, TimeSpan limit, TimeProvider clock, CancellationToken cancel)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using var late = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            await socket.ConnectAsync(address, either.Token);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return false;
        }
    }
}
