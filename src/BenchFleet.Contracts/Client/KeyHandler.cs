using System.Net.Http.Headers;

namespace BenchFleet.Contracts.Client;

/// <summary>Shows the key with every request; it may change while others are under way.</summary>
internal sealed class KeyHandler(HttpMessageHandler inner, string? key) : DelegatingHandler(inner)
{
    private volatile AuthenticationHeaderValue? _key = HeaderOf(key);

    public void Use(string next) => _key = HeaderOf(next);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = _key ?? request.Headers.Authorization;
        return base.SendAsync(request, cancellationToken);
    }

    private static AuthenticationHeaderValue? HeaderOf(string? key) => key is null ? null : new AuthenticationHeaderValue("Bearer", key);
}
