using BenchFleet.Core.Hashing;

namespace BenchFleet.Contracts.Agents;

/// <summary>
/// Lets an agent in, once. The agent makes its credential itself and sends only the hash of its secret: the secret never travels, and
/// asking again after a lost answer is the same request.
/// </summary>
/// <param name="Agent">Name of the agent, unique in the fleet; kept over restarts.</param>
/// <param name="Token">The one-time token.</param>
/// <param name="Credential">Id of the credential.</param>
/// <param name="SecretHash">SHA-256 of its secret.</param>
public sealed record EnrolAgent(string Agent, string Token, Guid Credential, ContentHash SecretHash)
{
    /// <summary>Without the token: fit for logs.</summary>
    public override string ToString() => $"EnrolAgent {{ Agent = {Agent}, Credential = {Credential} }}";
}

public sealed record AgentEnrolled(Guid Credential);

/// <summary>The next credential of an agent. The one that asks stays good until the next one is first used.</summary>
public sealed record RotateCredential(Guid Credential, ContentHash SecretHash);
