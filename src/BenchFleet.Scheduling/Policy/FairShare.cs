namespace BenchFleet.Scheduling.Policy;

/// <summary>
/// Deficit round robin in its virtual-time form (start-time fair queueing, Goyal, Vin and Cheng 1996): every account runs ahead by the device
/// time that it was given over its weight, and the one that is furthest behind goes next. An account that comes back from idleness starts
/// where the others are: what it did not use is gone, and was used by them.
/// </summary>
public sealed class FairShare<TKey>
    where TKey : notnull, IComparable<TKey>
{
    /// <summary>
    /// How far behind the others an account that wants work but finds no suitable device may fall, in seconds of a weight of 1: or it would
    /// have every device for itself for as long when one appears.
    /// </summary>
    private const double MaxLag = 600;

    private readonly Dictionary<TKey, Account> _accounts = [];
    private double _now;

    public void Weigh(TKey key, double weight) => Of(key).Weight = weight;

    /// <summary>Which of the accounts that want work goes next; ties by name. Null when there is none.</summary>
    public TKey? Next(IEnumerable<TKey> wanting)
    {
        TKey? next = default;
        var least = double.PositiveInfinity;
        foreach (var key in wanting)
        {
            var start = Start(Of(key));
            if (start > least || (start == least && key.CompareTo(next) >= 0)) continue;
            (next, least) = (key, start);
        }

        return next;
    }

    /// <summary>It was given this much.</summary>
    public void Charge(TKey key, double seconds)
    {
        var account = Of(key);
        var start = Start(account);
        account.Idle = false;
        account.Tag = start + seconds / account.Weight;
        _now = Math.Max(_now, start);
    }

    /// <summary>What it was given cost more than was expected, or less.</summary>
    public void Correct(TKey key, double seconds)
    {
        var account = Of(key);
        account.Tag += seconds / account.Weight;
    }

    /// <summary>It has nothing waiting and nothing running.</summary>
    public void Rest(TKey key)
    {
        if (_accounts.TryGetValue(key, out var account)) account.Idle = true;
    }

    private double Start(Account account) => Math.Max(account.Tag, account.Idle ? _now : _now - MaxLag);

    private Account Of(TKey key)
    {
        if (!_accounts.TryGetValue(key, out var account)) _accounts[key] = account = new Account { Idle = true };
        return account;
    }

    private sealed class Account
    {
        public double Weight { get; set; } = 1;

        public double Tag { get; set; }

        public bool Idle { get; set; }
    }
}
