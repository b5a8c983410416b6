using System.Net;

namespace BenchFleet.Contracts.Client;

/// <summary>
/// Sends a try to the current address of the server, with the current key. What ends without an answer, by refusal or by the time limit
/// of a try, moves on to the next address; the handler around this one tries again.
/// </summary>
internal sealed class FailoverHandler(HttpMessageHandler inner, ServerAddresses addresses) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var (address, left) = addresses.Current;
        request.RequestUri = new Uri(address, request.RequestUri!.PathAndQuery);
        // A parked request is idempotent and may be parked elsewhere; others are let finish where they are.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, IsParked(request) ? left : CancellationToken.None);
        try
        {
            var response = await base.SendAsync(request, either.Token);
            if (response.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout)
                addresses.Leave(address);
            return response;
        }
        catch (OperationCanceledException silence) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"{address} went silent while it was waited for.", silence);
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or OperationCanceledException)
        {
            // A caller who gives up looks like a time limit here: moving on once too often costs one connection.
            addresses.Leave(address);
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) addresses.Dispose();
        base.Dispose(disposing);
    }

    private static bool IsParked(HttpRequestMessage request) => request.Headers.Contains(ResilienceHandler.WaitHeader);
}
