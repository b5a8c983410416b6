using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using BenchFleet.Core.Hashing;

namespace BenchFleet.Core.Access;

public enum CredentialKind
{
    /// <summary>A person's or a program's, for one project: <c>bfk_…</c>.</summary>
    ApiKey,

    /// <summary>Good for one enrolment of one agent: <c>bfe_…</c>.</summary>
    EnrolmentToken,

    /// <summary>An enrolled agent's: <c>bfa_…</c>.</summary>
    Agent,
}

/// <summary>
/// A secret with the id that it is looked up by: <c>bfk_{id}_{secret}</c>. The secret is 256 random bits, so its plain SHA-256 is a safe
/// thing to store: there is nothing to guess that a slow hash would protect.
/// </summary>
public sealed class Credential
{
    private const int SecretBytes = 32;
    private const int IdLength = 32;

    private readonly string _secret;

    private Credential(CredentialKind kind, Guid id, string secret) => (Kind, Id, _secret) = (kind, id, secret);

    public CredentialKind Kind { get; }

    public Guid Id { get; }

    /// <summary>What is stored and compared in place of the secret.</summary>
    public ContentHash Hash => ContentHash.Of(_secret);

    /// <summary>The whole of it, to be shown once or kept in a file that only its owner reads.</summary>
    public string Reveal() => $"{Prefix(Kind)}{Id:N}_{_secret}";

    public static Credential Create(CredentialKind kind) =>
        new(kind, Guid.NewGuid(), Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes)));

    /// <summary>Null for what has another form.</summary>
    public static Credential? Parse(string text)
    {
        foreach (var kind in Enum.GetValues<CredentialKind>())
        {
            var prefix = Prefix(kind);
            if (!text.StartsWith(prefix, StringComparison.Ordinal)) continue;
            var rest = text.AsSpan(prefix.Length);
            return rest.Length > IdLength + 1 && rest[IdLength] == '_' && Guid.TryParseExact(rest[..IdLength], "N", out var id)
                ? new Credential(kind, id, rest[(IdLength + 1)..].ToString())
                : null;
        }

        return null;
    }

    /// <summary>Takes one time whatever is compared.</summary>
    public bool Matches(ContentHash stored) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash.Hex), Encoding.ASCII.GetBytes(stored.Hex));

    /// <summary>Without the secret: fit for logs.</summary>
    public override string ToString() => $"{Prefix(Kind)}{Id:N}";

    private static string Prefix(CredentialKind kind) => kind switch
    {
        CredentialKind.ApiKey => "bfk_",
        CredentialKind.EnrolmentToken => "bfe_",
        CredentialKind.Agent => "bfa_",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
