using System.Net;

namespace BenchFleet.Cluster.Membership;

/// <summary>A node that the membership table does not call dead.</summary>
/// <param name="Generation">Tells two lives of a node at one address apart.</param>
/// <param name="AliveAt">Its last heartbeat, by the database's clock.</param>
/// <param name="Silent">How long ago that was, by the same clock.</param>
internal sealed record Member(IPEndPoint Address, int Generation, int Status, DateTime AliveAt, TimeSpan Silent)
{
    /// <summary>What Orleans calls a silo that is gone for good.</summary>
    public const int Dead = 6;
}
