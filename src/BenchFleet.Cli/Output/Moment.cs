using System.Globalization;

namespace BenchFleet.Cli.Output;

/// <summary>A point in time, in UTC, to the minute.</summary>
internal static class Moment
{
    public static string Text(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? Quantity.Missing;
}
