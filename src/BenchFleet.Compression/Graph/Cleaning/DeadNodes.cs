namespace BenchFleet.Compression.Graph.Cleaning;

internal static class DeadNodes
{
    public static int Apply(CleanSite site)
    {
        var dropped = Graphs.RemoveDead(site.Graph);
        if (dropped > 0) site.Changed();
        return dropped;
    }
}
