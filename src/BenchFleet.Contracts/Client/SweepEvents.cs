using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using BenchFleet.Contracts.Sweeps;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Sweeps;

namespace BenchFleet.Contracts.Client;

/// <summary>
/// Server-sent events of a sweep. A broken stream is opened again: each event carries the whole state, so nothing is missed for good.
/// </summary>
internal static class SweepEvents
{
    private const int MaxBrokenInARow = 5;

    public static async IAsyncEnumerable<ApiResult<SweepEvent>> Read(
        Http http, string path, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (var broken = 0; broken < MaxBrokenInARow;)
        {
            ApiResult<HttpResponseMessage> opened = await http.Try(() => Open(http, path, cancel), cancel);
            if (opened is not ApiResult<HttpResponseMessage>.Ok { Value: var response })
            {
                yield return opened.Then<SweepEvent>(_ => throw new InvalidOperationException("An opened stream has no failure."));
                yield break;
            }

            using (response)
            {
                var events = SseParser.Create(await response.Content.ReadAsStreamAsync(cancel)).EnumerateAsync(cancel)
                    .GetAsyncEnumerator(cancel);
                await using (events)
                {
                    while (await Next(events))
                    {
                        broken = 0;
                        var sweepEvent = JsonSerializer.Deserialize<SweepEvent>(events.Current.Data, CanonicalJson.Options)!;
                        yield return new ApiResult<SweepEvent>.Ok(sweepEvent);
                        if (sweepEvent.Sweep.State != SweepState.Running) yield break;
                    }
                }
            }

            broken++;
        }

        yield return new ApiResult<SweepEvent>.Unreachable($"the events of {http.Client.BaseAddress} break off again and again.");
    }

    private static async Task<ApiResult<HttpResponseMessage>> Open(Http http, string path, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        var response = await http.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        if (response.IsSuccessStatusCode) return new ApiResult<HttpResponseMessage>.Ok(response);
        using (response) return new ApiResult<HttpResponseMessage>.Refused(await Http.ProblemOf(response, cancel));
    }

    /// <summary>False at the end of the stream, and where it was cut.</summary>
    private static async Task<bool> Next(IAsyncEnumerator<SseItem<string>> events)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return false;
        }
    }
}
