namespace BenchFleet.Cluster.Grains;

/// <summary>
/// A call to a coordinator, made again while its node is lost, hangs or hands it over: each try is short, and after the patience of the settings
/// whoever called is told to come back. What the calls do they do once, however often they are made.
/// </summary>
internal sealed class PatientCall(ClusterSettings settings, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <param name="call">Null: to be made again.</param>
    /// <exception cref="TimeoutException">Nobody answered for too long; the outcome is not known.</exception>
    public async Task<T> Make<T>(Func<Task<T?>> call, CancellationToken cancel)
        where T : class
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            Exception? fault = null;
            try
            {
                if (await call() is { } answer) return answer;
            }
            catch (Exception lost) when (!cancel.IsCancellationRequested && lost is TimeoutException or OrleansException or OperationCanceledException)
            {
                fault = lost;
            }

            if (clock.GetElapsedTime(started) >= settings.Patience) throw new TimeoutException("No node answers for the coordinator.", fault);
            await Task.Delay(Pause, clock, cancel);
        }
    }
}
