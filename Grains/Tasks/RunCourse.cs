namespace OrleansTasks.Tasks;

/// <summary>How a task's runs start and end: the parts that have to do with attempts, put together.</summary>
internal sealed class RunCourse
{
    /// <param name="context">What all parts of the task share.</param>
    /// <param name="records">What runs come to.</param>
    /// <param name="signals">Is told when more runs may begin, and of silos.</param>
    /// <param name="endings">Is told when more can be done.</param>
    public RunCourse(TaskContext context, TaskRecords records, ITaskSignals signals, IRunEndings endings)
    {
        var places = new TaskPlaces();
        var groups = new GroupAsks(context, places);
        Places = new RunPlaces(context, records.History, places, groups, signals);
        News = new ClusterNews(context.Turns, context.Silo.Cluster, signals);
        Line = new RunLine(context, Places, News);
        Moves = new RunMoves(context, Line, Places);
        Ends = new RunEnds(context, Moves, records.Pipeline, endings);
        Stops = new RunStops(context, Ends);
        Local = new LocalRuns(context, Ends);
        Placement = new RunPlacement(context, Moves, Places, groups, Ends, Stops, Local, News);
        Starts = new RunStarts(context, Moves, Line, Places, groups, Placement, Ends);
        Remote = new RemoteRuns(context, Places, records.Results, Ends, News);
        Adopted = new AdoptedRuns(context, Remote, Ends);
    }

    /// <summary>Whether a run may begin beside others.</summary>
    public RunPlaces Places { get; }

    /// <summary>Which silos have come or gone.</summary>
    public ClusterNews News { get; }

    /// <summary>The runs that wait to start.</summary>
    public RunLine Line { get; }

    /// <summary>Takes runs from one phase to the next.</summary>
    public RunMoves Moves { get; }

    /// <summary>Whether another attempt follows one.</summary>
    public RunEnds Ends { get; }

    /// <summary>Asks runs to stop.</summary>
    public RunStops Stops { get; }

    /// <summary>The runs on this silo.</summary>
    public LocalRuns Local { get; }

    /// <summary>Which silo makes an attempt.</summary>
    public RunPlacement Placement { get; }

    /// <summary>Which runs start.</summary>
    public RunStarts Starts { get; }

    /// <summary>The runs on other silos.</summary>
    public RemoteRuns Remote { get; }

    /// <summary>The runs of earlier activations.</summary>
    public AdoptedRuns Adopted { get; }
}
