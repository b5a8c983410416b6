using System.Net.Http.Json;
using System.Text.Json;
using BenchFleet.Core.Hashing;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace BenchFleet.Contracts.Client;

/// <summary>One request, one of three answers.</summary>
internal sealed class Http(HttpClient client)
{
    public HttpClient Client => client;

    public Task<ApiResult<T>> Get<T>(string path, CancellationToken cancel) =>
        Send<T>(() => new HttpRequestMessage(HttpMethod.Get, path), cancel);

    public Task<ApiResult<T>> Put<T>(string path, object body, CancellationToken cancel) =>
        Send<T>(() => new HttpRequestMessage(HttpMethod.Put, path) { Content = Json(body) }, cancel);

    public Task<ApiResult<T>> Delete<T>(string path, CancellationToken cancel) =>
        Send<T>(() => new HttpRequestMessage(HttpMethod.Delete, path), cancel);

    public Task<ApiResult<T>> Post<T>(string path, object body, CancellationToken cancel, double waitSeconds = 0) => Send<T>(() =>
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Json(body) };
        if (waitSeconds > 0) request.Headers.Add(
            ResilienceHandler.WaitHeader, waitSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return request;
    }, cancel);

    public Task<ApiResult<T>> Send<T>(Func<HttpRequestMessage> make, CancellationToken cancel) => Try<T>(async () =>
    {
        using var request = make();
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        if (!response.IsSuccessStatusCode) return new ApiResult<T>.Refused(await ProblemOf(response, cancel));
        return new ApiResult<T>.Ok((await response.Content.ReadFromJsonAsync<T>(CanonicalJson.Options, cancel))!);
    }, cancel);

    /// <summary>Turns what a lost network throws into an answer; everything else stays a bug.</summary>
    public async Task<ApiResult<T>> Try<T>(Func<Task<ApiResult<T>>> call, CancellationToken cancel)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (!cancel.IsCancellationRequested
            && e is HttpRequestException or IOException or TimeoutRejectedException or BrokenCircuitException or TaskCanceledException)
        {
            return new ApiResult<T>.Unreachable($"{client.BaseAddress} does not answer: {Cause(e)}.");
        }
        catch (JsonException e)
        {
            return new ApiResult<T>.Unreachable($"{client.BaseAddress} answers in a form that is not this interface's: {e.Message}");
        }
    }

    public static async Task<Problem> ProblemOf(HttpResponseMessage response, CancellationToken cancel)
    {
        var status = (int)response.StatusCode;
        if (response.Content.Headers.ContentType?.MediaType is not "application/problem+json")
            return new Problem("about:blank", status,
                $"{(int)response.StatusCode} {response.ReasonPhrase} from {response.RequestMessage?.RequestUri}");
        using var body = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancel), cancellationToken: cancel);
        return new Problem(Text(body, "type") ?? "about:blank", status, Text(body, "detail") ?? Text(body, "title") ?? $"status {status}",
            Text(body, "traceId"));
    }

    private static JsonContent Json(object body) => JsonContent.Create(body, body.GetType(), options: CanonicalJson.Options);

    private static string? Text(JsonDocument body, string name) =>
        body.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Cause(Exception e) => e switch
    {
        BrokenCircuitException => "too many calls failed just now",
        TimeoutRejectedException or TaskCanceledException => "no answer in time",
        _ => e.GetBaseException().Message.TrimEnd('.'),
    };
}
