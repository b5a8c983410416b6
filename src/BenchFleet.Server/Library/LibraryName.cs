namespace BenchFleet.Server.Library;

internal static class LibraryName
{
    private const int MaxLength = 128;

    /// <summary>Why this is no name for a model or dataset, or null. A name that looks like a hash would hide one.</summary>
    public static string? Refuse(string name) =>
        name.Length is 0 or > MaxLength ? $"The name '{name}' is empty or longer than {MaxLength} characters."
        : !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
            ? $"The name '{name}' has other characters than letters, digits, '.', '_' and '-'."
        : Core.Hashing.ContentHash.TryParse(name, out _) ? $"The name '{name}' has the form of a content hash."
        : null;
}
