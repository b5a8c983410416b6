using BenchFleet.Core.Access;
using BenchFleet.Storage.Artifacts;

namespace BenchFleet.Server.Access;

/// <summary>Who a request comes from, and in which project it acts. A use case that takes one is given it.</summary>
/// <param name="Name">For the audit log: a key or agent by name and id, never a secret.</param>
/// <param name="Role">Null for an agent, and for nobody.</param>
/// <param name="Agent">The agent, if one asks with a credential of its own.</param>
/// <param name="Credential">Id of that credential.</param>
internal sealed record Caller(string Name, string Project, Role? Role, Guid? Agent = null, Guid? Credential = null)
{
    /// <summary>Whoever sits at this machine, where nobody was asked for a key.</summary>
    public const string Local = "local user";

    /// <summary>The token that the server was started with.</summary>
    public const string Bootstrap = "bootstrap token";

    public const string Nobody = "nobody";

    public bool IsAdmin => Role is Core.Access.Role.Admin;

    /// <summary>Whose the contents are that it uploads.</summary>
    public ArtifactOwner Owner => Agent is { } agent ? ArtifactOwner.Agent(agent) : ArtifactOwner.Project(Project);

    public static ValueTask<Caller> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context));

    public static Caller Of(HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException($"{context.Request.Path} was reached without a caller.");
}
